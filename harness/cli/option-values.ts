/** Reads the values of options; each error says what was given and what is wanted. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { plural } from './plural.js';

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return count;
}

/** Each worker takes some hundred megabytes; a thousand of them would take all memory before the first run begins. */
const WORKERS_PER_PROCESSOR_MAX = 8;

export function parseWorkers(text: string): number {
  const workers = parseCount(text);
  const processors = availableParallelism();
  const most = processors * WORKERS_PER_PROCESSOR_MAX;
  if (workers > most)
    throw new InvalidArgumentError(
      `It must be ${most} or less: there ${processors === 1 ? 'is' : 'are'} ${plural(processors, 'processor')}.`,
    );
  return workers;
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

/** A seed is any text; a campaign counts up from it, so there it must be a whole number. */
export function parseSeed(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text.trim();
}

export function parseDirectory(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}
