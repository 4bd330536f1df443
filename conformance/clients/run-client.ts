/** Runs the script of one client and reads what it reports, a JSON line for each capability. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Runnable } from './clients.js';

export type CapabilityOutcome = 'passed' | 'failed' | 'not offered';

export interface CapabilityResult {
  readonly capability: string;
  readonly outcome: CapabilityOutcome;
  readonly detail?: string;
}

export interface ClientRun {
  readonly results: readonly CapabilityResult[];
  /** The end of what the script wrote to standard error. */
  readonly complaints: string;
}

const TIMEOUT_MS = 600_000;
const COMPLAINTS_CHARS = 2_000;

export interface RunContext {
  readonly bootstrapServers: string;
  readonly topicPrefix: string;
  /** Restarts every broker, one after another. Resolves when the first one is down. */
  readonly roll: () => Promise<void>;
}

export function runClient({ command, args, env }: Runnable, context: RunContext): Promise<ClientRun> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...env,
      BOOTSTRAP_SERVERS: context.bootstrapServers,
      TOPIC_PREFIX: context.topicPrefix,
    },
  });
  const results: CapabilityResult[] = [];
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints = (complaints + String(text)).slice(-COMPLAINTS_CHARS);
  });
  // A script that has ended does not read its answer any more.
  child.stdin.on('error', () => child.stdin.destroy());
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = messageOf(line);
    if (message === 'roll') void context.roll().then(() => child.stdin.write('rolled\n'));
    else if (message !== null) results.push(message);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      resolve({ results, complaints });
    });
  });
}

/** Anything else that a client prints is no report. */
function messageOf(line: string): CapabilityResult | 'roll' | null {
  if (!line.startsWith('{')) return null;
  const message: unknown = JSON.parse(line);
  if (typeof message !== 'object' || message === null) return null;
  if ('request' in message) return 'roll';
  return 'capability' in message && 'outcome' in message ? (message as CapabilityResult) : null;
}
