/** Live clusters with TLS and SASL, as KafkaJS and hostile clients meet them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Kafka, type KafkaConfig, logLevel, Partitioners, type SASLOptions } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import { ConfigException } from '../../broker/config/definitions.js';
import type { KafkaCluster, ScramUser } from '../kafka-cluster.js';
import { startCluster } from '../start-cluster.js';
import { listenerSecurity } from './listener-security.js';
import { certificate, privateKey } from './testing/tls-certificate.js';

const PLAIN_LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
const plainUsers = {
  'listener.name.clients.plain.sasl.jaas.config': `${PLAIN_LOGIN} username="admin" user_alice="open \\"sesame\\"";`,
};
const tls: Properties = {
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.certificate.chain': certificate,
  'ssl.keystore.key': privateKey,
};
const scramUsers: readonly ScramUser[] = [
  { mechanism: 'SCRAM-SHA-256', name: 'alice', password: 'secret-256' },
  { mechanism: 'SCRAM-SHA-512', name: 'a=l,ice', password: 'secret-512' },
];

let cluster: KafkaCluster | null = null;
afterEach(async () => {
  await cluster?.close();
  cluster = null;
});

function secured(protocol: string, config: Properties): Promise<KafkaCluster> {
  return startCluster({
    brokers: 2,
    topics: { orders: { partitions: 1, replicationFactor: 2 } },
    config: {
      listeners: 'CLIENTS://127.0.0.1:0',
      'listener.security.protocol.map': `CLIENTS:${protocol}`,
      'min.insync.replicas': '2',
      ...config,
    },
    scramUsers,
  });
}

const kafka = (servers: string, config: Partial<KafkaConfig>): Kafka =>
  new Kafka({ brokers: servers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 2 }, ...config });

/** Sends with acks=all, which needs the follower behind its inner listener, and reads the end of the log. */
async function sendOne(servers: string, config: Partial<KafkaConfig>): Promise<string | undefined> {
  const client = kafka(servers, config);
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const admin = client.admin();
  try {
    await producer.connect();
    await producer.send({ topic: 'orders', acks: -1, messages: [{ value: 'x'.repeat(600_000) }] });
    await admin.connect();
    return (await admin.fetchTopicOffsets('orders'))[0]?.high;
  } finally {
    await producer.disconnect();
    await admin.disconnect();
  }
}

function saslOf(
  mechanism: 'scram-sha-256' | 'scram-sha-512',
  username: string,
  password: string,
): SASLOptions {
  return mechanism === 'scram-sha-256'
    ? { mechanism: 'scram-sha-256', username, password }
    : { mechanism: 'scram-sha-512', username, password };
}

describe('KafkaJS on a secured listener', () => {
  it('uses TLS, and plain bytes do not reach the broker', async () => {
    cluster = await secured('SSL', tls);
    expect(await sendOne(cluster.bootstrapServers, { ssl: { ca: [certificate] } })).toBe('1');
    await expect(sendOne(cluster.bootstrapServers, {})).rejects.toThrow();
  });

  it('needs a certificate of its own with ssl.client.auth=required', async () => {
    const clientAuth = { 'ssl.client.auth': 'required', 'ssl.truststore.certificates': certificate };
    cluster = await secured('SSL', { ...tls, ...clientAuth });
    const own = { ca: [certificate], cert: certificate, key: privateKey };
    expect(await sendOne(cluster.bootstrapServers, { ssl: own })).toBe('1');
    await expect(sendOne(cluster.bootstrapServers, { ssl: { ca: [certificate] } })).rejects.toThrow();
  });

  it('authenticates with PLAIN', async () => {
    cluster = await secured('SASL_PLAINTEXT', { 'sasl.enabled.mechanisms': 'PLAIN', ...plainUsers });
    const user = (username: string, password: string) =>
      ({ sasl: { mechanism: 'plain', username, password } }) as const;
    expect(await sendOne(cluster.bootstrapServers, user('alice', 'open "sesame"'))).toBe('1');
    await expect(sendOne(cluster.bootstrapServers, user('alice', 'wrong'))).rejects.toThrow(
      'Invalid username or password',
    );
    await expect(sendOne(cluster.bootstrapServers, user('admin', 'wrong'))).rejects.toThrow(
      'Invalid username or password',
    );
    await expect(sendOne(cluster.bootstrapServers, {})).rejects.toThrow();
  });

  it.each([
    ['scram-sha-256', 'alice', 'secret-256'],
    ['scram-sha-512', 'a=l,ice', 'secret-512'],
  ] as const)('authenticates with %s over TLS', async (mechanism, username, password) => {
    cluster = await secured('SASL_SSL', { ...tls, 'sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512' });
    const ssl = { ca: [certificate] };
    expect(
      await sendOne(cluster.bootstrapServers, { ssl, sasl: saslOf(mechanism, username, password) }),
    ).toBe('1');
    const wrong = saslOf(mechanism, username, 'wrong');
    await expect(sendOne(cluster.bootstrapServers, { ssl, sasl: wrong })).rejects.toThrow(
      'invalid credentials',
    );
    const stranger = saslOf(mechanism, 'mallory', password);
    await expect(sendOne(cluster.bootstrapServers, { ssl, sasl: stranger })).rejects.toThrow(
      'invalid credentials',
    );
    const other = { mechanism: 'plain', username, password } as const;
    await expect(sendOne(cluster.bootstrapServers, { ssl, sasl: other })).rejects.toThrow(/mechanism/);
  });
});

describe('a client before its authentication', () => {
  const frame = (apiKey: number, apiVersion: number, sizeBytes = 10): Buffer => {
    const bytes = Buffer.alloc(14);
    bytes.writeInt32BE(sizeBytes, 0);
    bytes.writeInt16BE(apiKey, 4);
    bytes.writeInt16BE(apiVersion, 6);
    bytes.writeInt32BE(1, 8);
    bytes.writeInt16BE(-1, 12);
    return bytes;
  };
  const handshake = Buffer.concat([frame(17, 1, 17), Buffer.from([0, 5]), Buffer.from('PLAIN')]);

  /** Sends bytes to the first broker. Resolves to the error codes of the responses once the broker ends the connection. */
  async function answersUntilClosed(...frames: readonly Buffer[]): Promise<number> {
    const socket = connect(cluster!.addresses[0]!.port, '127.0.0.1');
    socket.on('error', () => undefined);
    let receivedBytes = 0;
    socket.on('data', (bytes) => {
      receivedBytes += bytes.length;
    });
    for (const each of frames) socket.write(each);
    await new Promise((resolve) => socket.once('close', resolve));
    return receivedBytes;
  }

  const start = async (): Promise<void> => {
    cluster = await secured('SASL_PLAINTEXT', { 'sasl.enabled.mechanisms': 'PLAIN', ...plainUsers });
  };

  it('is disconnected for any other request', async () => {
    await start();
    expect(await answersUntilClosed(frame(3, 0))).toBe(0);
    expect(await answersUntilClosed(frame(36, 0))).toBe(0);
    expect(await answersUntilClosed(handshake, frame(3, 0))).toBeGreaterThan(0);
  });

  it('is disconnected for a request above sasl.server.max.receive.size, before its bytes have arrived', async () => {
    await start();
    expect(await answersUntilClosed(frame(18, 0, 524_289))).toBe(0);
  });

  it('gets the versions of the APIs', async () => {
    await start();
    const socket = connect(cluster!.addresses[0]!.port, '127.0.0.1');
    socket.write(frame(18, 0));
    await once(socket, 'data');
    socket.destroy();
  });
});

describe('the settings of a listener', () => {
  it.each<[Properties, string, number | null]>([
    [{}, 'PLAINTEXT', null],
    [{ listeners: 'PLAINTEXT://:9092' }, 'PLAINTEXT', 9_092],
    [
      { listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093', 'controller.listener.names': 'CONTROLLER' },
      'PLAINTEXT',
      9_092,
    ],
    [{ ...tls, listeners: 'INNER://:1,SSL://127.0.0.1:2', 'inter.broker.listener.name': 'INNER' }, 'SSL', 2],
  ])('%j name the listener for clients', (config, protocol, port) => {
    const security = listenerSecurity(config);
    expect([security.protocol, security.address?.port ?? null]).toEqual([protocol, port]);
    expect(security.address?.host ?? '127.0.0.1').toBe('127.0.0.1');
  });

  it.each<[Properties, string]>([
    [{ listeners: 'SSL://:9093' }, 'ssl.keystore.type'],
    [{ listeners: 'SSL://:9093', 'ssl.keystore.type': 'PEM' }, 'SSL needs ssl.keystore.location'],
    [{ ...tls, listeners: 'SSL://:9093', 'ssl.keystore.key': 'x' }, 'Invalid PEM keystore configs'],
    [{ listeners: 'SASL_PLAINTEXT://:9093' }, 'GSSAPI is not served'],
    [{ listeners: 'SASL_PLAINTEXT://:9093', 'sasl.enabled.mechanisms': 'PLAIN' }, 'PLAIN needs users in'],
    [{ listeners: 'INSIDE://:9093' }, 'No security protocol defined for listener INSIDE'],
    [{ listeners: 'A://:1,B://:2' }, 'one listener for clients is served'],
  ])('%j are refused', (config, words) => {
    expect(() => listenerSecurity(config)).toThrow(ConfigException);
    expect(() => listenerSecurity(config)).toThrow(words);
  });
});
