/** @platformatic/kafka, unmodified: producer, admin, and the consumer's fetch without a group. */
import zlib from 'node:zlib';
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import {
  bootstrapServers,
  capability,
  eventually,
  expect,
  expectError,
  finish,
  NotOffered,
  prefix,
  rollBrokers,
} from './report.mjs';

const topic = `${prefix}-platformatic`;
const base = {
  clientId: 'conformance',
  bootstrapBrokers: bootstrapServers.split(','),
  retries: 8,
  retryDelay: 200,
};
const admin = new Admin(base);
const producer = new Producer({ ...base, serializers: stringSerializers });
const consumer = new Consumer({ ...base, groupId: `${topic}-group`, deserializers: stringDeserializers });
const LATEST = -1n;

const offsetAt = async (timestamp) =>
  Number(
    (await consumer.listOffsets({ topics: [topic], partitions: { [topic]: [0] }, timestamp })).get(topic)[0],
  );
const endOf = () => offsetAt(LATEST);
async function produce(options = {}) {
  const before = await eventually(endOf);
  const messages = [
    { topic, partition: 0, key: 'k', value: 'v', headers: { h: 'x' } },
    { topic, partition: 0, value: 'w' },
  ];
  await producer.send({ messages, ...options });
  await eventually(async () => expect('records in the log', (await endOf()) - before, 2));
}

await capability('create topic', async () => {
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 3 });
  expect('topics', (await admin.listTopics()).includes(topic), true);
});
await capability('produce acks=all', () => produce({ acks: -1 }));
await capability('produce acks=1', () => produce({ acks: 1 }));
await capability('produce acks=0', () => produce({ acks: 0 }));
for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
  await capability(`produce ${codec}`, () => {
    // The client compresses with what Node has: zstd is in Node from 22.15 on.
    if (codec === 'zstd' && zlib.zstdCompressSync === undefined) throw new NotOffered('zstd');
    return produce({ compression: codec });
  });
}
await capability('produce idempotent', async () => {
  const idempotent = new Producer({ ...base, serializers: stringSerializers, idempotent: true });
  const before = await eventually(endOf);
  for (let index = 0; index < 3; index += 1)
    await idempotent.send({ messages: [{ topic, partition: 0, value: 'i' }] });
  await idempotent.close();
  expect('records in the log', (await endOf()) - before, 3);
});
await capability('consume', async () => {
  const end = await endOf();
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: true });
  let count = 0;
  for await (const _message of stream) {
    count += 1;
    if (count === end) break;
  }
  await stream.close();
});
await capability('offsets by time', async () =>
  expect('offset', await offsetAt(BigInt(Date.now() - 3_600_000)), 0),
);
await capability('describe and alter configs', async () => {
  const resource = { resourceType: 2, resourceName: topic };
  await admin.incrementalAlterConfigs({
    resources: [
      { ...resource, configs: [{ name: 'max.message.bytes', configOperation: 0, value: '20000' }] },
    ],
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [described] = await admin.describeConfigs({ resources: [resource] });
  expect(
    'max.message.bytes',
    described.configs.find(({ name }) => name === 'max.message.bytes')?.value,
    '20000',
  );
});
await capability('describe cluster', async () => {
  const { brokers } = await admin.metadata({ topics: [] });
  expect('brokers', brokers.size, 3);
});
await capability('create partitions', () => admin.createPartitions({ topics: [{ name: topic, count: 3 }] }));
await capability('delete records', async () => {
  await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }] });
  expect('low', await offsetAt(-2n), 2);
});
await capability('error: unknown topic', () =>
  expectError(['UNKNOWN_TOPIC', 'does not host', 'Unknown topic'], () =>
    producer.send({ messages: [{ topic: `${topic}-missing`, value: 'v' }], autocreateTopics: false }),
  ),
);
await capability('error: too large', () =>
  eventually(() =>
    expectError(['MESSAGE_TOO_LARGE', 'larger than the max'], () =>
      producer.send({ messages: [{ topic, partition: 0, value: 'v'.repeat(30_000) }] }),
    ),
  ),
);
await capability('reconnect while brokers are rolled', async () => {
  await rollBrokers();
  for (let index = 0; index < 40; index += 1) {
    await producer.send({ messages: [{ topic, partition: 0, value: `r${index}` }] });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
await capability('delete topic', async () => {
  await admin.deleteTopics({ topics: [topic] });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect('topics', (await admin.listTopics()).includes(topic), false);
});
finish();
