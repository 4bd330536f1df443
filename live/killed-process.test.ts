/** `seismolog broker` is killed under load. A new start on its directory has every acknowledged record. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { PromiseProducer } from '../broker/clients/promise-producer.js';
import { clientEnv } from './client-env.js';
import { addressesOf, readTopic } from './testing/read-topic.js';

const ROUNDS = 3;
const directory = mkdtempSync(join(tmpdir(), 'seismolog-killed-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface BrokerProcess {
  readonly child: ChildProcess;
  readonly bootstrapServers: string;
}

async function startBroker(): Promise<BrokerProcess> {
  const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const options = ['broker', '--brokers', '3', '--listen', '127.0.0.1:0', '--data', directory];
  const child = spawn(process.execPath, ['--import', 'tsx', cli, ...options, '--create', 'orders:2:3'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  for await (const piece of child.stdout) {
    text += String(piece);
    const match = /^bootstrap\.servers=(.+)$/m.exec(text);
    if (match?.[1] !== undefined) return { child, bootstrapServers: match[1] };
  }
  throw new Error(`the broker ended before it was ready: ${text}`);
}

/** Sends until the process is killed. Returns the values that were acknowledged. */
async function sendUntilKilled(broker: BrokerProcess, round: number): Promise<readonly string[]> {
  const { env, end } = clientEnv('writer');
  const producer = new PromiseProducer(env, {
    clientId: 'writer',
    bootstrap: addressesOf(broker.bootstrapServers),
    config: { acks: 'all', 'linger.ms': '0' },
  });
  const acknowledged: string[] = [];
  const killed = once(broker.child, 'exit');
  let isKilled = false;
  const send = async (lane: number): Promise<void> => {
    for (let index = 0; !isKilled; index++) {
      const value = `${round}/${lane}/${index}`;
      const wasAcknowledged = await Promise.race([
        producer.send({ topic: 'orders', key: null, value: Buffer.from(value) }).then(
          () => true,
          () => false,
        ),
        killed.then(() => false),
      ]);
      if (wasAcknowledged) acknowledged.push(value);
    }
  };
  const lanes = Array.from({ length: 8 }, (_, lane) => send(lane));
  while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 5));
  broker.child.kill('SIGKILL');
  await killed;
  isKilled = true;
  await Promise.all(lanes);
  end();
  return acknowledged;
}

it('has every acknowledged record after each of several kills', { timeout: 120_000 }, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const broker = await startBroker();
    acknowledged.push(...(await sendUntilKilled(broker, round)));
  }
  const { child, bootstrapServers } = await startBroker();
  const stored = new Set(await readTopic(addressesOf(bootstrapServers), 'orders', 2, acknowledged.length));
  expect(acknowledged.filter((value) => !stored.has(value))).toEqual([]);
  child.kill('SIGTERM');
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  expect(exitCode).toBe(0);
});
