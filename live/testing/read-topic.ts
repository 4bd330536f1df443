/** Reads whole topics of a live cluster with the native consumer. */
import { PromiseConsumer } from '../../broker/clients/promise-consumer.js';
import type { Address } from '../../broker/env.js';
import { clientEnv } from '../client-env.js';

const decoder = new TextDecoder();

/** The values of all records of a topic, partition by partition, until nothing came for `quietMillis`. */
export async function readTopic(
  bootstrap: readonly Address[],
  topic: string,
  partitions: number,
  quietMillis = 300,
): Promise<readonly string[]> {
  const { env, end } = clientEnv('reader');
  const consumer = new PromiseConsumer(env, {
    clientId: 'reader',
    bootstrap,
    config: { 'auto.offset.reset': 'earliest' },
  });
  consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition })));
  const values: string[] = [];
  let lastAt = performance.now();
  while (performance.now() - lastAt < quietMillis) {
    const records = await consumer.poll(50);
    if (records.length > 0) lastAt = performance.now();
    for (const { value } of records) values.push(value === null ? '' : decoder.decode(value));
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
