/**
 * Sorts the properties of one process, or of a topic, by their standing. Nothing is dropped without a remark: a key that
 * is not modelled is accepted with a reason or refused with one, a key of an older Kafka is named with what became of it,
 * and a key that Kafka does not have is named with the nearest one that it has.
 */
import { boolean, type Properties, whole } from './definitions.js';
import { formerKey } from './former-keys.js';
import { type ConfigKind, kafkaKeys } from './kafka-keys/index.js';
import { nearestKey } from './nearest-key.js';
import type { Property } from './properties-file.js';
import { modelledProblem, standingOf } from './standing.js';

export interface ConfigRemark {
  readonly key: string;
  readonly value: string;
  /** Where the key was written: `server.properties:12`. */
  readonly place: string;
  /** A sentence without its subject, which is the key. */
  readonly words: string;
}

export interface ConfigReading {
  readonly kind: ConfigKind;
  /** The modelled keys, for the resolution in `definitions.ts`. */
  readonly properties: Properties;
  /** Keys without effect here. */
  readonly accepted: readonly ConfigRemark[];
  /** Keys whose value would change what is promised, and values that Kafka refuses. */
  readonly refused: readonly ConfigRemark[];
  /** Keys of older versions. Kafka ignores them. */
  readonly former: readonly ConfigRemark[];
  /** Keys that no version of Kafka has. Kafka ignores them. */
  readonly unknown: readonly ConfigRemark[];
}

/** @param source the name of the file, for remarks. */
export function readConfiguration(
  kind: ConfigKind,
  written: readonly Property[],
  source: string,
): ConfigReading {
  const last = new Map(written.map((property) => [property.key, property]));
  const properties: Record<string, string> = {};
  const accepted: ConfigRemark[] = [];
  const refused: ConfigRemark[] = [];
  const former: ConfigRemark[] = [];
  const unknown: ConfigRemark[] = [];
  for (const { key, value, line } of last.values()) {
    const remark = (words: string): ConfigRemark => ({ key, value, place: `${source}:${line}`, words });
    const known = standingOf(kind, key, value);
    if (known === null) {
      const became = formerKey(kind, key);
      if (became === null) unknown.push(remark(unknownWords(kind, key)));
      else former.push(remark(became));
      continue;
    }
    const problem =
      known.standing === 'modelled' ? modelledProblem(kind, key, value) : typeProblem(kind, key, value);
    if (problem !== null) refused.push(remark(`has an invalid value, ${shown(value)}: ${problem}`));
    else if (known.standing === 'modelled') properties[key] = value;
    else (known.standing === 'refused' ? refused : accepted).push(remark(known.reason));
  }
  return { kind, properties, accepted, refused, former, unknown };
}

/** Kafka's own check of a value that is not modelled: its type. */
function typeProblem(kind: ConfigKind, key: string, value: string): string | null {
  const parsed = parseAs(kafkaKeys(kind).get(key)?.type, value);
  return parsed !== null && 'problem' in parsed ? parsed.problem : null;
}

function parseAs(type: string | undefined, value: string) {
  switch (type) {
    case 'INT':
    case 'SHORT':
      return whole('INT', 0, -(2 ** 31)).parse(value);
    case 'LONG':
      return whole('LONG', 0, Number.MIN_SAFE_INTEGER).parse(value);
    case 'BOOLEAN':
      return boolean(false).parse(value);
    case 'DOUBLE':
      return Number.isFinite(Number(value)) && value.trim() !== ''
        ? null
        : { problem: 'Not a number of type DOUBLE' };
    default:
      return null;
  }
}

function unknownWords(kind: ConfigKind, key: string): string {
  const near = nearestKey(key, kafkaKeys(kind).keys());
  const hint = near === null ? '' : `; the nearest is ${near}`;
  const elsewhere = near === null ? otherKind(kind, key) : null;
  return `is no ${kind} key of Kafka${hint}${elsewhere === null ? '' : `; it is a ${elsewhere} key`}`;
}

function otherKind(kind: ConfigKind, key: string): ConfigKind | null {
  for (const other of ['broker', 'topic', 'producer', 'consumer'] as const) {
    if (other !== kind && kafkaKeys(other).has(key)) return other;
  }
  return null;
}

const SHOWN_MAX = 60;

function shown(value: string): string {
  return JSON.stringify(value.length <= SHOWN_MAX ? value : `${value.slice(0, SHOWN_MAX)}…`);
}
