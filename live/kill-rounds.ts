/**
 * `seismolog broker` is killed (SIGKILL, the whole process) under load, round after round, on one directory. After the last
 * round everything that was acknowledged is read back.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PromiseProducer } from '../broker/clients/promise-producer.js';
import { type BrokerProcess, startBrokerProcess } from './broker-process.js';
import { clientEnv } from './client-env.js';
import { addressesOf, readTopic } from './read-topic.js';

export interface KillRounds {
  readonly acknowledged: number;
  /** The acknowledged values that are on no partition. */
  readonly lost: readonly string[];
  /** The exit code after SIGTERM, of the last start. */
  readonly exitCode: number | null;
}

export async function killRounds(rounds: number): Promise<KillRounds> {
  const directory = mkdtempSync(join(tmpdir(), 'seismolog-killed-'));
  let broker: BrokerProcess | null = null;
  try {
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round++) {
      broker = await startBroker(directory);
      acknowledged.push(...(await sendUntilKilled(broker, round)));
    }
    broker = await startBroker(directory);
    const { child, bootstrapServers } = broker;
    const stored = new Set(await readTopic(addressesOf(bootstrapServers), 'orders', 2, acknowledged.length));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    const lost = acknowledged.filter((value) => !stored.has(value));
    return { acknowledged: acknowledged.length, lost, exitCode: child.exitCode };
  } finally {
    broker?.child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

function startBroker(directory: string): Promise<BrokerProcess> {
  const options = ['--brokers', '3', '--listen', '127.0.0.1:0', '--data', directory];
  return startBrokerProcess([...options, '--create', 'orders:2:3']);
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
