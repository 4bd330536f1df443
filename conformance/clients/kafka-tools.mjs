/** Kafka's own command line tools (Java kafka-clients), unmodified. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bootstrapServers,
  capability,
  eventually,
  expect,
  expectError,
  finish,
  prefix,
  rollBrokers,
} from './report.mjs';

const topic = `${prefix}-tools`;
const JVM = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-Xmx256m',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
  '-cp',
  process.env.KAFKA_CLASS_PATH ?? '',
];

/** The tools whose class is not in `org.apache.kafka.tools`. */
const CLASSES = { ConfigCommand: 'kafka.admin.ConfigCommand' };

function start(tool, args) {
  const main = CLASSES[tool] ?? `org.apache.kafka.tools.${tool}`;
  return spawn('java', [...JVM, main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
}

function run(tool, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = start(tool, args);
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${out}${err}`.slice(-2_000))),
    );
    child.stdin.end(input);
  });
}

const server = ['--bootstrap-server', bootstrapServers];
const topics = (...args) => run('TopicCommand', [...server, ...args]);
const offsetAt = async (time) =>
  Number(
    (await run('GetOffsetShell', [...server, '--topic-partitions', `${topic}:0`, '--time', `${time}`]))
      .trim()
      .split(':')[2],
  );
const temporary = (name, content) => {
  const path = join(tmpdir(), `${topic}-${name}`);
  writeFileSync(path, content);
  return path;
};
async function produce(...settings) {
  const before = await eventually(() => offsetAt(-1));
  const properties = settings.flatMap((each) => ['--command-property', each]);
  await run('ConsoleProducer', [...server, '--topic', topic, ...properties], 'v\nw\n');
  await eventually(async () => expect('records in the log', (await offsetAt(-1)) - before, 2));
}

await capability('create topic', () =>
  topics('--create', '--topic', topic, '--partitions', '1', '--replication-factor', '3'),
);
for (const acks of ['all', '1', '0'])
  await capability(`produce acks=${acks}`, () => produce(`acks=${acks}`, 'enable.idempotence=false'));
for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'])
  await capability(`produce ${codec}`, () => produce(`compression.type=${codec}`));
await capability('produce idempotent', async () => {
  const out = await run('VerifiableProducer', [
    ...server,
    '--topic',
    topic,
    '--max-messages',
    '50',
    '--acks',
    '-1',
    '--value-prefix',
    '1',
  ]);
  expect('acknowledged', out.split('\n').filter((line) => line.includes('producer_send_success')).length, 50);
});
await capability('consume', async () => {
  const end = await offsetAt(-1);
  const out = await run('consumer.ConsoleConsumer', [
    ...server,
    '--topic',
    topic,
    '--partition',
    '0',
    '--offset',
    'earliest',
    '--max-messages',
    `${end}`,
    '--timeout-ms',
    '20000',
  ]);
  expect('records read', out.trim().split('\n').length, end);
});
await capability('offsets by time', async () => expect('offset', await offsetAt(Date.now() - 3_600_000), 0));
await capability('describe and alter configs', async () => {
  const entity = [...server, '--entity-type', 'topics', '--entity-name', topic];
  await run('ConfigCommand', [...entity, '--alter', '--add-config', 'max.message.bytes=20000']);
  const out = await run('ConfigCommand', [...entity, '--describe']);
  expect('max.message.bytes', out.includes('max.message.bytes=20000'), true);
});
await capability('describe cluster', async () => {
  const out = await run('BrokerApiVersionsCommand', server);
  expect('brokers', out.split('\n').filter((line) => line.includes('(id: ')).length, 3);
});
await capability('create partitions', () => topics('--alter', '--topic', topic, '--partitions', '3'));
await capability('delete records', async () => {
  const file = temporary(
    'offsets.json',
    JSON.stringify({ partitions: [{ topic, partition: 0, offset: 2 }], version: 1 }),
  );
  await run('DeleteRecordsCommand', [...server, '--offset-json-file', file]);
  expect('low', await offsetAt(-2), 2);
});
await capability('leader election', () =>
  run('LeaderElectionCommand', [...server, '--election-type', 'preferred', '--all-topic-partitions']),
);
await capability('error: unknown topic', () =>
  expectError(['does not exist'], () => topics('--describe', '--topic', `${topic}-missing`)),
);
await capability('error: too large', async () => {
  const value = 'v'.repeat(30_000);
  const child = start('ConsoleProducer', [...server, '--topic', topic]);
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdin.end(`${value}\n`);
  await new Promise((resolve) => child.once('close', resolve));
  expect('RecordTooLargeException', err.includes('RecordTooLarge') || err.includes('larger than'), true);
});
await capability('reconnect while brokers are rolled', async () => {
  // The tool itself has retries=0, with which a send to a leader that leaves is an error.
  const config = temporary('producer.properties', 'retries=2147483647\n');
  const child = start('VerifiableProducer', [
    ...server,
    '--command-config',
    config,
    '--topic',
    topic,
    '--max-messages',
    '300',
    '--throughput',
    '50',
  ]);
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  await rollBrokers();
  await new Promise((resolve) => child.once('close', resolve));
  expect('errors', out.split('\n').filter((line) => line.includes('producer_send_error')).length, 0);
  expect(
    'acknowledged',
    out.split('\n').filter((line) => line.includes('producer_send_success')).length,
    300,
  );
});
await capability('delete topic', async () => {
  await topics('--delete', '--topic', topic);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect('topics', (await topics('--list')).split('\n').includes(topic), false);
});
finish();
