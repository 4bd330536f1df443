/** Parses the values of options. Each error states the expected value. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { workersMax } from '../api/check-options.js';
import { plural } from '../api/plural.js';
import { parseShardText, type Shard } from '../api/shard.js';
import type { Wire } from '../runner/experiment.js';

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return count;
}

export function parseWorkers(text: string): number {
  const workers = parseCount(text);
  const processors = availableParallelism();
  const most = workersMax();
  if (workers > most)
    throw new InvalidArgumentError(
      `It must be ${most} or less: there ${processors === 1 ? 'is' : 'are'} ${plural(processors, 'processor')}.`,
    );
  return workers;
}

export function parseShard(text: string): Shard {
  const shard = parseShardText(text);
  if (shard === null) throw new InvalidArgumentError('It must be a part and their number, such as 2/8.');
  return shard;
}

export function parseAnnotate(text: string): 'github' {
  if (text !== 'github') throw new InvalidArgumentError('It must be github.');
  return text;
}

export function parseWire(text: string): Wire {
  if (text !== 'typed' && text !== 'bytes') throw new InvalidArgumentError('It must be typed or bytes.');
  return text;
}

const MILLIS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `60s`, `500ms`, `5m`, `2h`, in milliseconds. */
export function parseWallTime(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const millis = match === null ? 0 : Number(match[1]) * MILLIS.get(match[2]!)!;
  if (millis <= 0) throw new InvalidArgumentError('It must be a time such as 60s, 500ms, 5m or 2h.');
  return millis;
}

/** A seed is any text that is not empty. For a campaign it must be a whole number, because the other seeds count up from it. */
export function parseSeed(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text.trim();
}

/** Accepts one module only: a replay line must name it, and a module may export the scenarios of others. */
export function parseModule(text: string, previous: unknown): string {
  if (previous !== undefined)
    throw new InvalidArgumentError('It may be given once; one module may export the scenarios of others.');
  return parseDirectory(text);
}

export function parseDirectory(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}
