/** The environment of a client program on this machine: it has a network and no faults. */
import { tmpdir } from 'node:os';
import type { Env } from '../broker/env.js';
import { readKafkaStreams } from '../scenarios/cluster/kafka-streams.js';
import { LiveClock } from './faults/live-clock.js';
import { LiveDisk } from './faults/live-disk.js';
import { LiveNetwork } from './faults/live-network.js';
import { LiveProcess } from './live-process.js';

/** `end` closes the connections of the program; no callback runs after it. */
export function clientEnv(name: string): { readonly env: Env; readonly end: () => void } {
  const directory = tmpdir();
  const process = new LiveProcess({
    name,
    directory,
    host: '127.0.0.1',
    network: new LiveNetwork(readKafkaStreams),
    disk: new LiveDisk(directory),
    clock: new LiveClock(),
    logger: { enabled: false, log: () => undefined },
    onHalt: (reason) => {
      throw new Error(reason);
    },
    onError: (error) => {
      throw error;
    },
  });
  return { env: process.env, end: () => process.kill() };
}
