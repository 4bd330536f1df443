/**
 * Kafka's check of a configuration value (org.apache.kafka.common.config.ConfigDef): its type, then its rule. The
 * messages are Kafka's. A rule is one word:
 *
 * - `>=5`, `1..17`, `1..9|-1`: the range of a number, and a value beside the range
 * - `in:a|b`, `in-any-case:a|b`: the words that a STRING may be, or the elements that a LIST may have
 * - `throttled`: `*`, or pairs of a partition and a broker
 * - `non-empty`
 */
import type { KafkaKey } from './kafka-keys/index.js';

const INT_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;
const MAXIMA: Readonly<Record<string, bigint>> = { SHORT: 32_767n, INT: INT_MAX, LONG: LONG_MAX };

type Parsed = { readonly shown: string; readonly number: number } | { readonly problem: string };

/** Why Kafka refuses the value; null: it does not. */
export function valueProblem(key: KafkaKey, text: string): string | null {
  const parsed = parse(key, text);
  if ('problem' in parsed) return invalid(key, text, parsed.problem);
  const problem = ruleProblem(key, parsed);
  return problem === null ? null : invalid(key, ...problem);
}

/** The value as Kafka prints it; a value that Kafka refuses stays as it is. */
export function shownValue(key: KafkaKey, text: string): string {
  const parsed = parse(key, text);
  return 'problem' in parsed ? text : parsed.shown;
}

/** The default as Kafka prints it; null: there is none. */
export function shownDefault({ initial }: KafkaKey): string | null {
  if (initial === '(null)' || initial === '(required)') return null;
  return initial === '(empty)' ? '' : initial;
}

const invalid = ({ key }: KafkaKey, value: string, problem: string): string =>
  `Invalid value ${value} for configuration ${key}: ${problem}`;

function parse({ type }: KafkaKey, text: string): Parsed {
  const trimmed = text.trim();
  const max = MAXIMA[type];
  if (max !== undefined) {
    const value = /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace('+', '')) : null;
    if (value === null || value > max || value < -max - 1n)
      return { problem: `Not a number of type ${type}` };
    return { shown: String(value), number: Number(value) };
  }
  if (type === 'DOUBLE') {
    const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(trimmed);
    if (!isNumber) return { problem: `Not a number of type ${type}` };
    const number = Number(trimmed.replace(/[dDfF]$/, ''));
    return { shown: Number.isInteger(number) ? `${number}.0` : String(number), number };
  }
  if (type === 'BOOLEAN') {
    const word = trimmed.toLowerCase();
    return word === 'true' || word === 'false'
      ? { shown: word, number: 0 }
      : { problem: 'Expected value to be either true or false' };
  }
  if (type === 'LIST') return { shown: elementsOf(trimmed).join(','), number: 0 };
  return { shown: trimmed, number: 0 };
}

const elementsOf = (trimmed: string): readonly string[] => (trimmed === '' ? [] : trimmed.split(/\s*,\s*/));

/** The value that Kafka names, and the problem with it. */
function ruleProblem(
  { rule, type, key }: KafkaKey,
  { shown, number }: { readonly shown: string; readonly number: number },
): readonly [string, string] | null {
  const words = /^in(-any-case)?:(.*)$/.exec(rule);
  if (words !== null) {
    const allowed = (words[2] ?? '').split('|');
    const isAllowed = (each: string) =>
      words[1] === undefined ? allowed.includes(each) : allowed.includes(each.toUpperCase());
    const wrong = (type === 'LIST' ? elementsOf(shown) : [shown]).find((each) => !isAllowed(each));
    const how = words[1] === undefined ? 'String must be one of' : 'String must be one of (case insensitive)';
    return wrong === undefined ? null : [wrong, `${how}: ${allowed.join(', ')}`];
  }
  if (rule === 'throttled') {
    const isSound = shown === '*' || elementsOf(shown).every((pair) => /^\d+:\d+$/.test(pair));
    const form = `${key} must be the literal '*' or a list of replicas in the following format: `;
    return isSound
      ? null
      : [`[${elementsOf(shown).join(', ')}]`, `${form}[partitionId]:[brokerId],[partitionId]:[brokerId],...`];
  }
  if (rule === 'non-empty') return shown === '' ? [shown, 'String must be non-empty'] : null;
  return rangeProblem(rule, shown, number);
}

function rangeProblem(rule: string, shown: string, number: number): readonly [string, string] | null {
  if (rule === '') return null;
  const [range = '', also] = rule.split('|');
  if (range.startsWith('>=')) {
    const min = range.slice(2);
    return number < Number(min) ? [shown, `Value must be at least ${min}`] : null;
  }
  const [min = '', max = ''] = range.split('..');
  if (also !== undefined) {
    const isInRange = (number >= Number(min) && number <= Number(max)) || shown === also;
    return isInRange ? null : [shown, `Value must be between ${min} and ${max} or equal to ${also}`];
  }
  if (number < Number(min)) return [shown, `Value must be at least ${min}`];
  return number > Number(max) ? [shown, `Value must be no more than ${max}`] : null;
}
