/** Sends hostile frames to a cluster of this project over TCP, each on a connection of its own, and watches another client. */
import fc from 'fast-check';
import type { Address } from '../../broker/env.js';
import { LiveCluster } from '../../live/live-cluster.js';
import { RawClient } from '../wire/raw-client.js';
import { RawConnection } from '../wire/raw-connection.js';
import { arbitraryFrame } from './hostile-frames.js';

export interface FuzzOptions {
  readonly frames: number;
  readonly seed: number;
}

export interface FuzzResult {
  readonly frames: number;
  /** What a node's code threw, and why a node ended: none is permitted. */
  readonly failures: readonly string[];
  /** How often the other client got no answer. */
  readonly disturbed: number;
}

/** A server that waits for the rest of a frame is right to say nothing. */
const PATIENCE_MS = 20;
const AT_ONCE = 16;

export async function fuzzServer({ frames, seed }: FuzzOptions): Promise<FuzzResult> {
  const failures: string[] = [];
  const cluster = await LiveCluster.start({
    brokers: 1,
    onError: (node, error) =>
      failures.push(`${node}: ${error instanceof Error ? error.stack : String(error)}`),
    onHalt: (node, reason) => failures.push(`${node} has ended: ${reason}`),
  });
  const address = cluster.addresses[0]!;
  const other = new RawClient(address);
  let disturbed = 0;
  try {
    const drawn = fc.sample(arbitraryFrame(), { seed, numRuns: frames });
    for (let from = 0; from < drawn.length; from += AT_ONCE) {
      await Promise.all(drawn.slice(from, from + AT_ONCE).map((frame) => send(address, frame)));
      const answer = await other.request('ApiVersions', 0, {
        clientSoftwareName: '',
        clientSoftwareVersion: '',
      });
      if (answer.kind !== 'answer') disturbed += 1;
    }
  } finally {
    other.close();
    cluster.kill();
  }
  return { frames, failures, disturbed };
}

async function send(address: Address, frame: Uint8Array): Promise<void> {
  const connection = await RawConnection.open(address);
  connection.write(frame);
  await connection.read(PATIENCE_MS);
  connection.close();
}
