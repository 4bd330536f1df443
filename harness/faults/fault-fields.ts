/**
 * The fields of every fault kind as a table, in a fixed order. `plan.ts` checks plans with it, and a replay token writes the
 * values in this order without names. `kind` itself is not listed. The table is exhaustive by type: a new kind without a row
 * does not compile. New fields are only appended, so that old tokens stay readable.
 */
import type { FaultKind } from './fault.js';

export type FieldType =
  /** Integer ≥ 0, microseconds. */
  | 'micros'
  /** Integer ≥ 1. */
  | 'count'
  /** Any integer. */
  | 'integer'
  | 'flag'
  /** Text in the grammar of `target.ts`. */
  | 'target'
  | 'text'
  /** A text, or an integer that stands for it. */
  | 'text-or-integer'
  /** An object of JSON values by name. */
  | 'arguments'
  | 'disk-operation';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** The field may be absent. */
  readonly isOptional?: true;
}

const at: Field = { name: 'atMicros', type: 'micros' };
const lasts: Field = { name: 'durationMicros', type: 'micros' };
const target: Field = { name: 'target', type: 'target' };
const peer: Field = { name: 'peer', type: 'target' };
const oneWay: Field = { name: 'oneWay', type: 'flag' };
const extra: Field = { name: 'extraMicros', type: 'micros' };
const onTarget: readonly Field[] = [at, target];
const lastingOnTarget: readonly Field[] = [at, target, lasts];

export const FAULT_FIELDS: { readonly [K in FaultKind]: readonly Field[] } = {
  crash: lastingOnTarget,
  'power-loss': lastingOnTarget,
  pause: lastingOnTarget,
  'clean-restart': lastingOnTarget,
  'wipe-disk': lastingOnTarget,
  cut: [at, target, lasts, peer, oneWay],
  isolate: [at, target, lasts, { name: 'scope', type: 'target' }, oneWay],
  bridge: lastingOnTarget,
  ring: [at, lasts],
  delay: [at, target, lasts, peer, extra],
  'slow-link': [at, target, lasts, peer, { name: 'bytesPerSecond', type: 'count' }],
  reset: [at, target, peer],
  'half-open': [at, target, peer],
  hold: [at, target, lasts, peer],
  'hold-kind': [at, target, lasts, { name: 'messageKind', type: 'text' }],
  'disk-hang': lastingOnTarget,
  'disk-slow': [at, target, lasts, extra],
  'disk-full': lastingOnTarget,
  'disk-error': [
    at,
    target,
    lasts,
    { name: 'operation', type: 'disk-operation' },
    { name: 'count', type: 'count' },
  ],
  'short-write': onTarget,
  'lying-sync': lastingOnTarget,
  'bit-rot': onTarget,
  'clock-step': [at, target, { name: 'stepMillis', type: 'integer' }],
  'clock-drift': [at, target, lasts, { name: 'partsPerMillion', type: 'integer' }],
  'answer-error': [
    at,
    target,
    lasts,
    { name: 'api', type: 'text' },
    { name: 'error', type: 'text-or-integer' },
    { name: 'count', type: 'count' },
    { name: 'partition', type: 'text', isOptional: true },
  ],
  action: [at, target, { name: 'name', type: 'text' }, { name: 'args', type: 'arguments', isOptional: true }],
};

export const FAULT_KINDS: readonly string[] = Object.keys(FAULT_FIELDS);

export function isFaultKind(kind: string): kind is FaultKind {
  return Object.hasOwn(FAULT_FIELDS, kind);
}

export const DISK_OPERATIONS: readonly string[] = ['read', 'write', 'sync', 'truncate', 'rename'];
