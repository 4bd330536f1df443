/**
 * The keys of producers and consumers of Kafka 4.3.0, one in a line: key, type, default, and `internal` for a key
 * that Kafka does not document. `(required)`: no default; `(null)`, `(empty)`: these. `kafka-keys.test.ts` compares
 * the list with Kafka's own ConfigDef where Java is present.
 */

/** The keys that producers and consumers share, with the same default. */
export const COMMON_CLIENT_KEYS = `
bootstrap.servers LIST (required)
client.dns.lookup STRING use_all_dns_ips
client.id STRING (empty)
config.providers LIST (empty)
connections.max.idle.ms LONG 540000
enable.metrics.push BOOLEAN true
interceptor.classes LIST (empty)
metadata.max.age.ms LONG 300000
metadata.recovery.rebootstrap.trigger.ms LONG 300000
metadata.recovery.strategy STRING rebootstrap
metric.reporters LIST org.apache.kafka.common.metrics.JmxReporter
metrics.num.samples INT 2
metrics.recording.level STRING INFO
metrics.sample.window.ms LONG 30000
reconnect.backoff.max.ms LONG 1000
reconnect.backoff.ms LONG 50
request.timeout.ms INT 30000
retry.backoff.max.ms LONG 1000
retry.backoff.ms LONG 100
sasl.client.callback.handler.class CLASS (null)
sasl.jaas.config PASSWORD (null)
sasl.kerberos.kinit.cmd STRING /usr/bin/kinit
sasl.kerberos.min.time.before.relogin LONG 60000
sasl.kerberos.service.name STRING (null)
sasl.kerberos.ticket.renew.jitter DOUBLE 0.05
sasl.kerberos.ticket.renew.window.factor DOUBLE 0.8
sasl.login.callback.handler.class CLASS (null)
sasl.login.class CLASS (null)
sasl.login.connect.timeout.ms INT (null)
sasl.login.read.timeout.ms INT (null)
sasl.login.refresh.buffer.seconds SHORT 300
sasl.login.refresh.min.period.seconds SHORT 60
sasl.login.refresh.window.factor DOUBLE 0.8
sasl.login.refresh.window.jitter DOUBLE 0.05
sasl.login.retry.backoff.max.ms LONG 10000
sasl.login.retry.backoff.ms LONG 100
sasl.mechanism STRING GSSAPI
sasl.oauthbearer.assertion.algorithm STRING RS256
sasl.oauthbearer.assertion.claim.aud STRING (null)
sasl.oauthbearer.assertion.claim.exp.seconds INT 300
sasl.oauthbearer.assertion.claim.iss STRING (null)
sasl.oauthbearer.assertion.claim.jti.include BOOLEAN false
sasl.oauthbearer.assertion.claim.nbf.seconds INT 60
sasl.oauthbearer.assertion.claim.sub STRING (null)
sasl.oauthbearer.assertion.file STRING (null)
sasl.oauthbearer.assertion.private.key.file STRING (null)
sasl.oauthbearer.assertion.private.key.passphrase PASSWORD (null)
sasl.oauthbearer.assertion.template.file STRING (null)
sasl.oauthbearer.client.credentials.client.id STRING (null)
sasl.oauthbearer.client.credentials.client.secret PASSWORD (null)
sasl.oauthbearer.clock.skew.seconds INT 30
sasl.oauthbearer.expected.audience LIST (empty)
sasl.oauthbearer.expected.issuer STRING (null)
sasl.oauthbearer.header.urlencode BOOLEAN false
sasl.oauthbearer.jwks.endpoint.refresh.ms LONG 3600000
sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms LONG 10000
sasl.oauthbearer.jwks.endpoint.retry.backoff.ms LONG 100
sasl.oauthbearer.jwks.endpoint.url STRING (null)
sasl.oauthbearer.jwt.retriever.class CLASS org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever
sasl.oauthbearer.jwt.validator.class CLASS org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator
sasl.oauthbearer.scope STRING (null)
sasl.oauthbearer.scope.claim.name STRING scope
sasl.oauthbearer.sub.claim.name STRING sub
sasl.oauthbearer.token.endpoint.url STRING (null)
security.protocol STRING PLAINTEXT
security.providers STRING (null)
send.buffer.bytes INT 131072
socket.connection.setup.timeout.max.ms LONG 30000
socket.connection.setup.timeout.ms LONG 10000
ssl.cipher.suites LIST (empty)
ssl.enabled.protocols LIST TLSv1.2,TLSv1.3
ssl.endpoint.identification.algorithm STRING https
ssl.engine.factory.class CLASS (null)
ssl.key.password PASSWORD (null)
ssl.keymanager.algorithm STRING SunX509
ssl.keystore.certificate.chain PASSWORD (null)
ssl.keystore.key PASSWORD (null)
ssl.keystore.location STRING (null)
ssl.keystore.password PASSWORD (null)
ssl.keystore.type STRING JKS
ssl.protocol STRING TLSv1.3
ssl.provider STRING (null)
ssl.secure.random.implementation STRING (null)
ssl.trustmanager.algorithm STRING PKIX
ssl.truststore.certificates PASSWORD (null)
ssl.truststore.location STRING (null)
ssl.truststore.password PASSWORD (null)
ssl.truststore.type STRING JKS
`;

/** org.apache.kafka.clients.producer.ProducerConfig, the rest. */
export const PRODUCER_KEYS = `
acks STRING all
batch.size INT 16384
buffer.memory LONG 33554432
compression.gzip.level INT -1
compression.lz4.level INT 9
compression.type STRING none
compression.zstd.level INT 3
delivery.timeout.ms INT 120000
enable.idempotence BOOLEAN true
key.serializer CLASS (required)
linger.ms LONG 5
max.block.ms LONG 60000
max.in.flight.requests.per.connection INT 5
max.request.size INT 1048576
metadata.max.idle.ms LONG 300000
partitioner.adaptive.partitioning.enable BOOLEAN true
partitioner.availability.timeout.ms LONG 0
partitioner.class CLASS (null)
partitioner.ignore.keys BOOLEAN false
receive.buffer.bytes INT 32768
retries INT 2147483647
transaction.timeout.ms INT 60000
transaction.two.phase.commit.enable BOOLEAN false
transactional.id STRING (null)
value.serializer CLASS (required)
`;

/** org.apache.kafka.clients.consumer.ConsumerConfig, the rest. */
export const CONSUMER_KEYS = `
allow.auto.create.topics BOOLEAN true
auto.commit.interval.ms INT 5000
auto.offset.reset STRING latest
check.crcs BOOLEAN true
client.rack STRING (empty)
default.api.timeout.ms INT 60000
enable.auto.commit BOOLEAN true
exclude.internal.topics BOOLEAN true
fetch.max.bytes INT 52428800
fetch.max.wait.ms INT 500
fetch.min.bytes INT 1
group.id STRING (null)
group.instance.id STRING (null)
group.protocol STRING classic
group.remote.assignor STRING (null)
heartbeat.interval.ms INT 3000
internal.throw.on.fetch.stable.offset.unsupported BOOLEAN false internal
isolation.level STRING read_uncommitted
key.deserializer CLASS (required)
max.partition.fetch.bytes INT 1048576
max.poll.interval.ms INT 300000
max.poll.records INT 500
partition.assignment.strategy LIST org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor
receive.buffer.bytes INT 65536
session.timeout.ms INT 45000
share.acknowledgement.mode STRING implicit
share.acquire.mode STRING BATCH_OPTIMIZED
value.deserializer CLASS (required)
`;
