/** kcat (librdkafka in C), unmodified. What kcat has no command for is not offered. */
import { spawn } from 'node:child_process';
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

const topic = `${prefix}-kcat`;

function kcat(args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn('kcat', ['-b', bootstrapServers, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err.slice(-250)))));
    child.stdin.end(input);
  });
}

const offsetAt = async (timestamp) =>
  Number(/offset (-?\d+)/.exec(await kcat(['-Q', '-t', `${topic}:0:${timestamp}`]))[1]);
const notOffered = () => {
  throw new NotOffered();
};
async function produce(...settings) {
  const before = await eventually(() => offsetAt(-1));
  const options = settings.flatMap((each) => ['-X', each]);
  await kcat(['-P', '-t', topic, '-p', '0', '-K', ':', '-H', 'h=x', '-m', '10', ...options], 'k:v\nk:w\n');
  await eventually(async () => expect('records in the log', (await offsetAt(-1)) - before, 2));
}
const consume = (...args) => kcat(['-C', '-t', topic, '-p', '0', '-o', 'beginning', '-e', '-q', ...args]);

// kcat creates no topic but by sending to it.
await capability('create topic', async () => {
  await kcat(['-P', '-t', topic, '-m', '20'], 'first\n');
  expect('topic', (await kcat(['-L', '-t', topic])).includes(`"${topic}" with 1 partitions`), true);
});
for (const acks of ['all', '1', '0']) await capability(`produce acks=${acks}`, () => produce(`acks=${acks}`));
for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
  await capability(`produce ${codec}`, () => produce(`compression.type=${codec}`));
}
await capability('produce idempotent', () => produce('enable.idempotence=true'));
await capability('consume', async () => {
  const end = await offsetAt(-1);
  expect('records read', (await consume()).trim().split('\n').length, end);
});
await capability('offsets by time', async () => expect('offset', await offsetAt(Date.now() - 3_600_000), 0));
await capability('describe and alter configs', notOffered);
await capability('describe cluster', async () =>
  expect('brokers', (await kcat(['-L'])).includes(' 3 brokers:'), true),
);
await capability('create partitions', notOffered);
await capability('delete records', notOffered);
await capability('error: unknown topic', () =>
  expectError(['Unknown topic', 'Unknown partition'], () =>
    kcat(['-P', '-t', topic, '-p', '7', '-m', '10'], 'v\n'),
  ),
);
await capability('error: too large', () =>
  expectError(['too large', 'Message size'], () =>
    kcat(
      ['-P', '-t', topic, '-p', '0', '-m', '10', '-X', 'message.max.bytes=3000000'],
      `${'v'.repeat(2_000_000)}\n`,
    ),
  ),
);
await capability('reconnect while brokers are rolled', async () => {
  const producing = spawn('kcat', ['-P', '-b', bootstrapServers, '-t', topic, '-p', '0', '-m', '30']);
  let failure = '';
  producing.stderr.on('data', (text) => {
    failure += text;
  });
  const ended = new Promise((resolve) => producing.once('close', resolve));
  await rollBrokers();
  for (let index = 0; index < 40; index += 1) {
    producing.stdin.write(`r${index}\n`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  producing.stdin.end();
  expect('delivery failed', (await ended) !== 0 || failure.includes('Delivery failed'), false);
});
await capability('delete topic', notOffered);
finish();
