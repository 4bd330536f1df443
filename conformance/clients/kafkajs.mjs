/** KafkaJS 2.2.4, unmodified: producer and admin. */
import kafkajs from 'kafkajs';
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

const { CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = kafkajs;
const kafka = new Kafka({
  clientId: 'conformance',
  brokers: bootstrapServers.split(','),
  logLevel: logLevel.NOTHING,
  retry: { retries: 8 },
});
const admin = kafka.admin();
const producer = kafka.producer({ allowAutoTopicCreation: false });
const topic = `${prefix}-kafkajs`;
await admin.connect();
await producer.connect();

const endOf = async () => Number((await admin.fetchTopicOffsets(topic))[0].high);
async function produce(options = {}) {
  const before = await eventually(endOf);
  await producer.send({
    topic,
    messages: [{ key: 'k', value: 'v', headers: { h: 'x' } }, { value: null }],
    ...options,
  });
  await eventually(async () => expect('records in the log', (await endOf()) - before, 2));
}

await capability('create topic', async () => {
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: 1, replicationFactor: 3 }],
  });
  expect('topics', (await admin.listTopics()).includes(topic), true);
});
await capability('produce acks=all', () => produce({ acks: -1 }));
await capability('produce acks=1', () => produce({ acks: 1 }));
await capability('produce acks=0', () => produce({ acks: 0 }));
await capability('produce gzip', () => produce({ compression: CompressionTypes.GZIP }));
for (const codec of ['snappy', 'lz4', 'zstd']) {
  await capability(`produce ${codec}`, () => {
    throw new NotOffered('a package of its own');
  });
}
await capability('produce idempotent', async () => {
  const idempotent = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  await idempotent.connect();
  const before = await eventually(endOf);
  for (let index = 0; index < 3; index += 1) await idempotent.send({ topic, messages: [{ value: 'i' }] });
  await idempotent.disconnect();
  expect('records in the log', (await endOf()) - before, 3);
});
await capability('consume', async () => {
  const consumer = kafka.consumer({ groupId: `${topic}-group` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const end = await endOf();
  await new Promise((resolve, reject) => {
    let count = 0;
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        eachMessage: async () => {
          count += 1;
          if (count === end) resolve();
        },
      })
      .catch(reject);
  }).finally(() => consumer.disconnect());
});
await capability('offsets by time', async () => {
  const [{ offset }] = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - 3_600_000);
  expect('offset', offset, '0');
});
await capability('describe and alter configs', async () => {
  const resources = [
    {
      type: ConfigResourceTypes.TOPIC,
      name: topic,
      configEntries: [{ name: 'max.message.bytes', value: '20000' }],
    },
  ];
  await admin.alterConfigs({ validateOnly: false, resources });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entry = described.resources[0].configEntries.find(
    ({ configName }) => configName === 'max.message.bytes',
  );
  expect('max.message.bytes', entry?.configValue, '20000');
});
await capability('describe cluster', async () =>
  expect('brokers', (await admin.describeCluster()).brokers.length, 3),
);
await capability('create partitions', async () => {
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  expect('partitions', topics[0].partitions.length, 3);
});
await capability('delete records', async () => {
  await eventually(() => admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] }));
  const offsets = await admin.fetchTopicOffsets(topic);
  expect('low', offsets.find(({ partition }) => partition === 0).low, '2');
});
await capability('error: unknown topic', async () => {
  const impatient = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 1 } });
  await impatient.connect();
  await expectError(['UNKNOWN_TOPIC_OR_PARTITION', 'does not host this topic'], () =>
    impatient.send({ topic: `${topic}-missing`, messages: [{ value: 'v' }] }),
  );
  await impatient.disconnect();
});
await capability('error: too large', () =>
  eventually(() =>
    expectError(['MESSAGE_TOO_LARGE', 'larger than the max'], () =>
      producer.send({ topic, messages: [{ partition: 0, value: 'v'.repeat(30_000) }] }),
    ),
  ),
);
await capability('reconnect while brokers are rolled', async () => {
  await rollBrokers();
  for (let index = 0; index < 40; index += 1) {
    await producer.send({ topic, messages: [{ partition: 0, value: `r${index}` }] });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
await capability('delete topic', async () => {
  await admin.deleteTopics({ topics: [topic] });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect('topics', (await admin.listTopics()).includes(topic), false);
});
finish();
