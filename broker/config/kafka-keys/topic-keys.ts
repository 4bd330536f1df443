/**
 * The keys of a topic of Kafka 4.3.0, one in a line: key, type, default, the rule for the value
 * (`config-def.ts`), how a running broker accepts a new value, and `internal` for a key that Kafka does not document.
 * `(required)`: no default; `(null)`, `(empty)`: these. `kafka-keys.test.ts` compares the list with Kafka's own
 * ConfigDef where Java is present.
 */

/** org.apache.kafka.storage.internals.log.LogConfig */
export const TOPIC_KEYS = `
cleanup.policy LIST delete in:compact|delete
compression.gzip.level INT -1 1..9|-1
compression.lz4.level INT 9 1..17
compression.type STRING producer in:uncompressed|zstd|lz4|snappy|gzip|producer
compression.zstd.level INT 3 -131072..22
delete.retention.ms LONG 86400000 >=0
file.delete.delay.ms LONG 60000 >=0
flush.messages LONG 9223372036854775807 >=1
flush.ms LONG 9223372036854775807 >=0
follower.replication.throttled.replicas LIST (empty) throttled
index.interval.bytes INT 4096 >=0
internal.segment.bytes INT (null) internal
leader.replication.throttled.replicas LIST (empty) throttled
local.retention.bytes LONG -2 >=-2
local.retention.ms LONG -2 >=-2
max.compaction.lag.ms LONG 9223372036854775807 >=1
max.message.bytes INT 1048588 >=0
message.timestamp.after.max.ms LONG 3600000 >=0
message.timestamp.before.max.ms LONG 9223372036854775807 >=0
message.timestamp.type STRING CreateTime in:CreateTime|LogAppendTime
min.cleanable.dirty.ratio DOUBLE 0.5 0..1
min.compaction.lag.ms LONG 0 >=0
min.insync.replicas INT 1 >=1
preallocate BOOLEAN false
remote.log.copy.disable BOOLEAN false
remote.log.delete.on.disable BOOLEAN false
remote.storage.enable BOOLEAN false
retention.bytes LONG -1
retention.ms LONG 604800000 >=-1
segment.bytes INT 1073741824 >=1048576
segment.index.bytes INT 10485760 >=4
segment.jitter.ms LONG 0 >=0
segment.ms LONG 604800000 >=1
unclean.leader.election.enable BOOLEAN false
`;
