/** Reads whole topics of a live cluster with the native consumer. */
import { PromiseConsumer } from '../broker/clients/promise-consumer.js';
import type { Address } from '../broker/env.js';
import { clientEnv } from './client-env.js';

const decoder = new TextDecoder();

/** After the expected number of records, this long for records that nobody expects. */
const EXTRA_MILLIS = 200;
const TIMEOUT_MILLIS = 30_000;

/** The values of the records of a topic, partition by partition: at least `expected`, unless they do not come within 30 s. */
export async function readTopic(
  bootstrap: readonly Address[],
  topic: string,
  partitions: number,
  expected: number,
): Promise<readonly string[]> {
  const { env, end } = clientEnv('reader');
  const consumer = new PromiseConsumer(env, {
    clientId: 'reader',
    bootstrap,
    config: { 'auto.offset.reset': 'earliest' },
  });
  consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition })));
  const values: string[] = [];
  let deadline = performance.now() + TIMEOUT_MILLIS;
  while (performance.now() < deadline) {
    const records = await consumer.poll(50);
    for (const { value } of records) values.push(value === null ? '' : decoder.decode(value));
    if (values.length >= expected) deadline = Math.min(deadline, performance.now() + EXTRA_MILLIS);
  }
  consumer.close();
  end();
  return values;
}

export function addressesOf(bootstrapServers: string): readonly Address[] {
  return bootstrapServers.split(',').map((each) => {
    const at = each.lastIndexOf(':');
    return { host: each.slice(0, at), port: Number(each.slice(at + 1)) };
  });
}
