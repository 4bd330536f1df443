/**
 * The standing of every configuration key of Kafka. *Modelled*: the key acts, because `definitions.ts` has it. *Accepted*:
 * the key has no effect here, and the reason is stated. *Refused*: a value other than the harmless ones would change
 * what is promised, and that is not modelled.
 *
 * The lists below name what is not modelled. A key that gets a definition becomes modelled by that alone.
 */
import {
  consumerDefinitions,
  producerDefinitions,
  serverDefinitions,
  topicDefinitions,
} from './definitions.js';
import { type ConfigKind, kafkaKeys } from './kafka-keys/index.js';
import { STANDING_GROUPS } from './standing-groups.js';
import { topicSettingOf } from './topic-synonyms.js';

export type Standing = 'modelled' | 'accepted' | 'refused';

export interface KeyStanding {
  readonly standing: Standing;
  /** Empty for a modelled key. */
  readonly reason: string;
}

const MODELLED: KeyStanding = { standing: 'modelled', reason: '' };

const DEFINITIONS: Readonly<Record<ConfigKind, Readonly<Record<string, { parse(text: string): object }>>>> = {
  broker: serverDefinitions,
  topic: topicDefinitions,
  producer: producerDefinitions,
  consumer: consumerDefinitions,
};

function isModelled(kind: ConfigKind, key: string): boolean {
  if (kind === 'broker' && topicSettingOf(key) !== null) return true;
  return Object.hasOwn(DEFINITIONS[kind], key);
}

/**
 * The standing of a key of Kafka, or of a key with a prefix that Kafka gives to plugins and listeners; null: Kafka has
 * no such key.
 *
 * @param value the value for which the standing is asked; null: any value but the default. A refused key is accepted
 *   with its default and with the other values that change nothing.
 */
export function standingOf(kind: ConfigKind, key: string, value: string | null = null): KeyStanding | null {
  if (isModelled(kind, key)) return MODELLED;
  const known = kafkaKeys(kind).get(key);
  const group = STANDING_GROUPS.find(({ kinds, keys }) => kinds.includes(kind) && keys.test(key));
  if (group === undefined) {
    if (known === undefined) return null;
    throw new Error(`the ${kind} key ${key} has no standing`);
  }
  if (known === undefined && group.open?.test(key) !== true) return null;
  const { standing, reason } = group;
  if (standing === 'refused' && value !== null) {
    const given = value.trim();
    if (given === harmlessDefault(known?.initial) || group.harmless?.(given) === true)
      return { standing: 'accepted', reason: 'the value changes nothing' };
  }
  return { standing, reason };
}

/** The problem with the value of a modelled key; null: none. */
export function modelledProblem(kind: ConfigKind, key: string, value: string): string | null {
  const topicKey = kind === 'broker' ? topicSettingOf(key) : null;
  const parsed = DEFINITIONS[topicKey === null ? kind : 'topic'][topicKey ?? key]?.parse(value);
  return parsed !== undefined && 'problem' in parsed ? String(parsed.problem) : null;
}

function harmlessDefault(initial: string | undefined): string | undefined {
  return initial === '(null)' || initial === '(empty)' ? '' : initial;
}
