/**
 * Fault plans as JSON: `{"version": 1, "faults": [{"kind": "crash", "atMicros": 3200000, "target": "b2",
 * "durationMicros": 1000000}]}`. Reading is strict: an unknown kind, a missing, misspelt or extra field and a value of the
 * wrong shape are errors with the place (`faults[2].atMicros`) and the reason. The reader never guesses, because a plan that
 * silently lost a fault would prove nothing.
 */
import type { Fault, FaultPlan } from './fault.js';
import { DISK_OPERATIONS, FAULT_FIELDS, FAULT_KINDS, type Field, isFaultKind } from './fault-fields.js';
import { nearest } from './nearest.js';
import { parseTarget } from './target.js';

/** A plan that cannot be read or run. `path` is the place of the error inside the document. */
export class PlanError extends Error {
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'PlanError';
    this.path = path;
    this.reason = reason;
  }
}

/** @throws PlanError */
export function parsePlan(json: string): FaultPlan {
  return validatePlan(parseJson(json));
}

/** @throws PlanError when `json` is no JSON at all. */
export function parseJson(json: string): unknown {
  try {
    // Some editors on Windows begin a file with a byte order mark.
    return JSON.parse(json.replace(/^\u{FEFF}/u, ''));
  } catch (error) {
    throw new PlanError('the plan', `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Checks a parsed plan. The caller checks the keys other than `version` and `faults`. @throws PlanError */
export function validatePlan(value: unknown): FaultPlan {
  if (!isObject(value))
    throw new PlanError('the plan', `must be an object with "version" and "faults", not ${describe(value)}`);
  if (value.version !== 1) {
    throw new PlanError('version', `must be 1, not ${describe(value.version)}`);
  }
  const faults = value.faults;
  if (!Array.isArray(faults)) throw new PlanError('faults', `must be a list, not ${describe(faults)}`);
  return {
    version: 1,
    faults: faults.map((fault: unknown, index) => validateFault(fault, `faults[${index}]`)),
  };
}

/** @throws PlanError */
export function validateFault(value: unknown, path: string): Fault {
  if (!isObject(value)) throw new PlanError(path, `must be an object, not ${describe(value)}`);
  const kind = value.kind;
  if (typeof kind !== 'string' || !isFaultKind(kind))
    throw new PlanError(`${path}.kind`, describeUnknownKind(kind));
  const fault: Record<string, unknown> = { kind };
  for (const field of FAULT_FIELDS[kind]) {
    if (field.isOptional && value[field.name] === undefined) continue;
    fault[field.name] = validateField(value[field.name], field, `${path}.${field.name}`);
  }
  for (const name of Object.keys(value)) {
    if (name !== 'kind' && !FAULT_FIELDS[kind].some((field) => field.name === name))
      throw new PlanError(`${path}.${name}`, `${kind} has no such field; ${fieldList(kind)}`);
  }
  return fault as unknown as Fault;
}

export function planToJson(plan: FaultPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

function fieldList(kind: Fault['kind']): string {
  return `its fields are ${FAULT_FIELDS[kind].map((field) => field.name).join(', ')}`;
}

function describeUnknownKind(kind: unknown): string {
  if (typeof kind !== 'string') return `must be the name of a fault kind, not ${describe(kind)}`;
  const near = nearest(kind, FAULT_KINDS);
  const hint = near === null ? `kinds are ${FAULT_KINDS.join(', ')}` : `did you mean "${near}"?`;
  return `unknown fault kind "${kind}"; ${hint}`;
}

function validateField(value: unknown, field: Field, path: string): unknown {
  if (value === undefined) throw new PlanError(path, 'is missing');
  const reason = objection(value, field);
  if (reason !== null) throw new PlanError(path, `${reason}, not ${describe(value)}`);
  return value;
}

function objection(value: unknown, field: Field): string | null {
  switch (field.type) {
    case 'micros':
      return isIntegerFrom(value, 0) ? null : 'must be an integer count of microseconds, 0 or more';
    case 'count':
      return isIntegerFrom(value, 1) ? null : 'must be an integer, 1 or more';
    case 'integer':
      return Number.isSafeInteger(value) ? null : 'must be an integer';
    case 'flag':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'text':
      return typeof value === 'string' && value !== '' ? null : 'must be a text that is not empty';
    case 'text-or-integer':
      return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value)
        ? null
        : 'must be a text that is not empty, or an integer';
    case 'target':
      return typeof value === 'string' && parseTarget(value) !== null
        ? null
        : 'must name hosts ("b2", "any broker #1", "leader of orders-0")';
    case 'arguments':
      return isObject(value) && isJson(value) ? null : 'must be an object of JSON values by name';
    case 'disk-operation':
      return typeof value === 'string' && DISK_OPERATIONS.includes(value)
        ? null
        : `must be one of ${DISK_OPERATIONS.map((operation) => `"${operation}"`).join(', ')}`;
    default: {
      const never: never = field.type;
      return never;
    }
  }
}

function isIntegerFrom(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

/** True when JSON writes the value and reads the same value back: no NaN, no `undefined`, no object of a class. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (Array.isArray(value)) return value.every(isJson);
  return (
    isObject(value) && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
