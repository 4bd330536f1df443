/**
 * Scripts that once differed, shrunk, each with the answer of Apache Kafka 4.3. They run without Kafka. `frozen.jsonl` has one a line;
 * `npm run conformance -- oracle --freeze FILE` writes new ones.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Script, StepAnswer } from './script.js';

export interface FrozenScript {
  /** The kind of the difference that once was. */
  readonly kind: string;
  readonly script: Script;
  readonly kafka: readonly StepAnswer[];
}

const FILE = fileURLToPath(new URL('./frozen.jsonl', import.meta.url));

export function frozenScripts(): readonly FrozenScript[] {
  const lines = readFileSync(FILE, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): FrozenScript => JSON.parse(line));
}
