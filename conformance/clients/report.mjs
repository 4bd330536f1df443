/**
 * What each client script in JavaScript shares: it tries its capabilities one after another and prints one JSON line for each. A
 * capability that a client does not offer is said to be so; the driver shows it as such, never as passed.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';
/** What the names of this script's topics begin with. */
export const prefix = process.env.TOPIC_PREFIX ?? 'conformance';
const TIMEOUT_MS = 30_000;
const EVENTUALLY_MS = 10_000;
const lines = createInterface({ input: process.stdin });

/** Thrown by a script: the client has no such function. */
export class NotOffered extends Error {}

export async function capability(name, attempt) {
  const line = await outcomeOf(attempt);
  process.stdout.write(`${JSON.stringify({ capability: name, ...line })}\n`);
}

async function outcomeOf(attempt) {
  let timer;
  const timeout = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no result within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([timeout, Promise.resolve().then(attempt)]);
    return { outcome: 'passed' };
  } catch (error) {
    if (error instanceof NotOffered) return { outcome: 'not offered' };
    return { outcome: 'failed', detail: String(error?.message ?? error).slice(0, 300) };
  } finally {
    clearTimeout(timer);
  }
}

/** All that an error says, and those inside it. */
const textOf = (error) =>
  [error?.type, error?.apiId, error?.message ?? error, ...(error?.errors ?? []).map(textOf)]
    .concat(error?.cause === undefined ? [] : [textOf(error.cause)])
    .filter((part) => part !== undefined)
    .join(' ');

export function expect(what, actual, expected) {
  const [shown, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (shown !== wanted) throw new Error(`${what}: ${shown} instead of ${wanted}`);
}

/**
 * Repeats a check: a broker learns settings and leaders from the metadata log, and a record that was sent with `acks=1` or `acks=0` is
 * readable when the followers have it.
 */
export async function eventually(check) {
  const deadline = Date.now() + EVENTUALLY_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Expects an error whose text has one of the words in it. */
export async function expectError(words, attempt) {
  try {
    await attempt();
  } catch (error) {
    const text = textOf(error);
    if (words.some((word) => text.includes(word))) return;
    throw new Error(`another error: ${text.slice(0, 200)}`);
  }
  throw new Error(`no error; expected ${words[0]}`);
}

/** Asks the driver to restart every broker, one after another, and waits until it has begun. */
export async function rollBrokers() {
  process.stdout.write(`${JSON.stringify({ request: 'roll' })}\n`);
  await once(lines, 'line');
}

export function finish() {
  lines.close();
  process.exit(0);
}
