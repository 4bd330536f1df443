/** A user as `--add-scram` of Kafka's storage tool names it (org.apache.kafka.tools.StorageTool), without a salted password. */
import type { ScramUser } from '../kafka-cluster.js';
import { SCRAM_ITERATIONS_MAX, SCRAM_ITERATIONS_MIN, type ScramMechanism } from './scram.js';

const VALUE = '(?:"([^"]+)"|([^",\\]]+))';
const CREDENTIAL = new RegExp(
  `^(SCRAM-SHA-256|SCRAM-SHA-512)=\\[name=${VALUE}(?:,iterations=(\\d{4,5}))?,password=${VALUE}\\]$`,
);

/** Null: the text is no such credential, or the iterations are beyond Kafka's limits. */
export function scramUserOf(text: string): ScramUser | null {
  const match = CREDENTIAL.exec(text);
  if (match === null) return null;
  const [, mechanismName, quotedName, plainName, iterationsText, quotedPassword, plainPassword] = match;
  const iterations = Number(iterationsText ?? SCRAM_ITERATIONS_MIN);
  const name = quotedName ?? plainName;
  const password = quotedPassword ?? plainPassword;
  if (name === undefined || password === undefined) return null;
  if (iterations < SCRAM_ITERATIONS_MIN || iterations > SCRAM_ITERATIONS_MAX) return null;
  const mechanism: ScramMechanism = mechanismName === 'SCRAM-SHA-512' ? 'SCRAM-SHA-512' : 'SCRAM-SHA-256';
  return { mechanism, name, password, iterations };
}
