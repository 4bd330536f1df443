/** The cluster that gets hostile frames: a process of its own, whose errors, end and memory are seen. */
import { readFileSync } from 'node:fs';
import type { Address } from '../../broker/env.js';
import { startBrokerProcess } from '../../live/broker-process.js';

export interface FuzzTarget {
  readonly addresses: readonly Address[];
  /** What the code of a node threw, and why a node or the process ended: none is permitted. */
  readonly failures: readonly string[];
  /** The most memory that the process has had; null: unknown. */
  memoryBytesMax(): number | null;
  close(): void;
}

/** Each frame may create a topic; none is created by asking for it. */
const CONFIG = { 'auto.create.topics.enable': 'false' };
const BROKERS = 3;

/** A failure is whatever it writes to standard error once it is ready, and its end. */
export async function startAsProcess(topics: readonly string[]): Promise<FuzzTarget> {
  const failures: string[] = [];
  const config = Object.entries(CONFIG).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const creations = topics.flatMap((name) => ['--create', `${name}:3:${BROKERS}`]);
  const { child, bootstrapServers } = await startBrokerProcess(
    ['--brokers', `${BROKERS}`, '--listen', '127.0.0.1:0', ...config, ...creations],
    (text) => failures.push(text),
  );
  failures.length = 0;
  let isClosing = false;
  child.once('exit', (code, signal) => {
    if (!isClosing) failures.push(`the process has ended: ${code ?? signal}`);
  });
  return {
    addresses: bootstrapServers.split(',').map((each) => {
      const [host = '', port = ''] = each.split(':');
      return { host, port: Number(port) };
    }),
    failures,
    memoryBytesMax: () => memoryOf(child.pid),
    close: () => {
      isClosing = true;
      child.kill('SIGKILL');
    },
  };
}

/** Linux alone says it. */
function memoryOf(processId: number | undefined): number | null {
  if (processId === undefined || process.platform !== 'linux') return null;
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
