/**
 * The replay token: one word from which the same run can be repeated. It contains everything of which a run is a function:
 * scenario, seed, fault plan (only when it is not the plan that the seed draws), limits (only when they are not those of the
 * scenario) and the fingerprint of the code. It also contains the digest of the run, so that a replay can detect that it is
 * not the same run.
 *
 *   sl1-<base64url of a JSON array, no padding><6 characters: CRC-32 of what precedes, base64url>
 *
 * The array is [scenario, seed, fingerprint, limits, faults, digest]; older tokens have no digest. A fault is its kind and then
 * its fields in the order of `FAULT_FIELDS`, without names.
 */
import crc32 from 'crc-32';
import type { Fault, FaultPlan } from '../faults/fault.js';
import { FAULT_FIELDS, isFaultKind } from '../faults/fault-fields.js';
import { PlanError, validateFault } from '../faults/plan.js';
import type { RunLimits } from './experiment.js';

export interface Replay {
  readonly scenario: string;
  readonly seed: string;
  readonly fingerprint: string;
  /** The limits; null: those of the scenario. */
  readonly limits: RunLimits | null;
  /** The fault plan; null: the plan that the seed draws. */
  readonly plan: FaultPlan | null;
  /** The digest of the run; null: not known. */
  readonly digest: string | null;
}

/** The error of a token that cannot be read. The message is for the person who pasted the token. */
export class ReplayTokenError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ReplayTokenError';
  }
}

const PREFIX = 'sl1-';
const CHECKSUM_LENGTH = 6;

export function looksLikeToken(text: string): boolean {
  return /^sl\d+-/.test(text);
}

export function encodeReplayToken(replay: Replay): string {
  const { limits, plan, digest } = replay;
  const payload = JSON.stringify([
    replay.scenario,
    replay.seed,
    replay.fingerprint,
    limits === null
      ? 0
      : [
          limits.durationMicros,
          limits.operationsMax,
          limits.without,
          ...(limits.wire === undefined ? [] : [limits.wire]),
        ],
    plan === null ? 0 : plan.faults.map(packFault),
    ...(digest === null ? [] : [digest]),
  ]);
  const body = PREFIX + Buffer.from(payload, 'utf8').toString('base64url');
  return body + checksum(body);
}

/** @throws ReplayTokenError */
export function decodeReplayToken(token: string): Replay {
  const text = token.trim();
  if (!text.startsWith(PREFIX)) throw new ReplayTokenError(describePrefix(text));
  const strange = /[^A-Za-z0-9_-]/.exec(text);
  if (strange !== null) {
    throw new ReplayTokenError(
      `the token has ${JSON.stringify(strange[0])} at position ${strange.index}; only letters, digits, - and _ belong there`,
    );
  }
  if (text.length <= PREFIX.length + CHECKSUM_LENGTH) {
    throw new ReplayTokenError(`the token is cut short: it has only ${text.length} characters`);
  }
  const body = text.slice(0, -CHECKSUM_LENGTH);
  const expected = checksum(body);
  const found = text.slice(-CHECKSUM_LENGTH);
  if (expected !== found) {
    throw new ReplayTokenError(
      `the token is damaged or cut short: its checksum is "${found}", its text gives "${expected}"`,
    );
  }
  return decodePayload(Buffer.from(body.slice(PREFIX.length), 'base64url').toString('utf8'));
}

function describePrefix(text: string): string {
  const version = /^sl(\d+)-/.exec(text);
  if (version !== null) {
    return `the token is of version ${version[1]}, this program reads version 1; it was made by another release`;
  }
  const shown = text.length > 24 ? `${text.slice(0, 24)}...` : text;
  return `"${shown}" is no replay token: those begin with "${PREFIX}"`;
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(crc32.str(text));
  return bytes.toString('base64url');
}

function packFault(fault: Fault): readonly unknown[] {
  const values = new Map<string, unknown>(Object.entries(fault));
  const packed = FAULT_FIELDS[fault.kind].map((field) => values.get(field.name));
  // Optional fields come last. A fault without them is written as before they existed.
  while (packed.at(-1) === undefined) packed.pop();
  return [fault.kind, ...packed];
}

/** Decodes the array. The checksum was right, so an error here comes from the program that made the token. */
function decodePayload(json: string): Replay {
  const payload = parsePayload(json);
  const [scenario, seed, fingerprint, limits, faults, digest = null] = payload;
  if (typeof scenario !== 'string' || typeof seed !== 'string' || typeof fingerprint !== 'string') {
    throw new ReplayTokenError('the token names no scenario, seed and code');
  }
  if (digest !== null && typeof digest !== 'string') {
    throw new ReplayTokenError('the digest in the token cannot be read');
  }
  return {
    scenario,
    seed,
    fingerprint,
    limits: limits === 0 ? null : decodeLimits(limits),
    plan: faults === 0 ? null : { version: 1, faults: decodeFaults(faults) },
    digest,
  };
}

function parsePayload(json: string): readonly unknown[] {
  let payload: unknown;
  try {
    payload = JSON.parse(json);
  } catch {
    throw new ReplayTokenError('the token holds no JSON');
  }
  if (!Array.isArray(payload) || payload.length < 5 || payload.length > 6)
    throw new ReplayTokenError('the token holds no list of five or six');
  return payload;
}

function decodeLimits(value: unknown): RunLimits {
  if (Array.isArray(value)) {
    const [durationMicros, operationsMax, without, wire]: readonly unknown[] = value;
    if (
      isCount(durationMicros) &&
      (operationsMax === null || isCount(operationsMax)) &&
      Array.isArray(without) &&
      without.every((name) => typeof name === 'string') &&
      (wire === undefined || wire === 'bytes')
    ) {
      return { durationMicros, operationsMax, without, ...(wire === undefined ? {} : { wire }) };
    }
  }
  throw new ReplayTokenError('the limits in the token cannot be read');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function decodeFaults(value: unknown): readonly Fault[] {
  if (!Array.isArray(value)) throw new ReplayTokenError('the plan in the token is no list');
  return value.map((packed: unknown, index) => unpackFault(packed, `faults[${index}]`));
}

function unpackFault(packed: unknown, path: string): Fault {
  if (!Array.isArray(packed)) throw new ReplayTokenError(`${path} in the token is no list`);
  const [kind, ...values]: readonly unknown[] = packed;
  const fields = typeof kind === 'string' && isFaultKind(kind) ? FAULT_FIELDS[kind] : [];
  if (fields.length > 0 && values.length > fields.length) {
    throw new ReplayTokenError(
      `${path} in the token has ${values.length} fields, and ${kind} has ${fields.length} here; the token was made by a later release`,
    );
  }
  // An absent optional field before a present one is null in JSON.
  const named = Object.fromEntries(
    fields.map((field, index) => [
      field.name,
      field.isOptional ? (values[index] ?? undefined) : values[index],
    ]),
  );
  try {
    return validateFault({ kind, ...named }, path);
  } catch (error) {
    if (error instanceof PlanError) throw new ReplayTokenError(`the plan in the token: ${error.message}`);
    throw error;
  }
}
