import type { Address } from '../../broker/env.js';
import { metadataApi } from '../../broker/protocol/apis/03-metadata.js';
import { RawClient } from './raw-client.js';

const POLL_MS = 50;

export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats `attempt` until it returns true. An exception in it counts as false. */
export async function until(
  what: string,
  timeoutMs: number,
  attempt: () => Promise<boolean>,
  pollMs = POLL_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown = null;
  while (performance.now() < deadline) {
    try {
      if (await attempt()) return;
    } catch (error) {
      last = error;
    }
    await delay(pollMs);
  }
  throw new NotInTime(`not within ${timeoutMs} ms: ${what}`, { cause: last });
}

/** Resolves when every broker lists all brokers. */
export async function awaitBrokers(brokers: ReadonlyMap<number, Address>, timeoutMs: number): Promise<void> {
  for (const [brokerId, address] of brokers) {
    const client = new RawClient(address);
    await until(`broker ${brokerId} lists ${brokers.size} brokers`, timeoutMs, async () => {
      const outcome = await client.request('Metadata', 9, { ...metadataApi.request.defaults, topics: [] });
      return outcome.kind === 'answer' && outcome.body.brokers.length === brokers.size;
    });
    client.close();
  }
}
