/**
 * Descriptions of the answers that a rule may give. `labelOf` sorts an answer into one of a few labels; `null` means
 * that the answer is outside the type of the rule. The count of answers and the refusal of wrong ones use the same
 * description.
 */

export interface Answers<Input> {
  /** The type in words, for the message that refuses an answer. */
  readonly type: string;
  labelOf(answer: unknown, input: Input): string | null;
}

export const boolean: Answers<unknown> = {
  type: 'true or false',
  labelOf: (answer) => (typeof answer === 'boolean' ? String(answer) : null),
};

/** One of a closed set of words; the label is the word. */
export function word(...words: readonly string[]): Answers<unknown> {
  const known = new Set<unknown>(words);
  return {
    type: words.map((each) => `'${each}'`).join(', '),
    labelOf: (answer) => (typeof answer === 'string' && known.has(answer) ? answer : null),
  };
}

/** A whole number, `min` or more, sorted by `label`. */
export function whole<Input>(min: number, label: (answer: number, input: Input) => string): Answers<Input> {
  return {
    type: `a whole number, ${min} or more`,
    labelOf: (answer, input) => (isWhole(answer, min) ? label(answer, input) : null),
  };
}

/** A whole number compared with one from the rule's input. */
export function comparedWith<Input>(min: number, reference: (input: Input) => number): Answers<Input> {
  return whole(min, (answer, input) => compare(answer, reference(input)));
}

/** Like `answers`, or null with a label of its own. */
export function orNull<Input>(answers: Answers<Input>, label: string): Answers<Input> {
  return {
    type: `${answers.type}, or null`,
    labelOf: (answer, input) => (answer === null ? label : answers.labelOf(answer, input)),
  };
}

type FieldCheck = (value: unknown) => boolean;

export const isNumber =
  (min: number): FieldCheck =>
  (value) =>
    isWhole(value, min);
export const isObject: FieldCheck = (value) => typeof value === 'object' && value !== null;
export const isBoolean: FieldCheck = (value) => typeof value === 'boolean';
export const isOneOf =
  (...words: readonly string[]): FieldCheck =>
  (value) =>
    typeof value === 'string' && words.includes(value);
export const isNumberList: FieldCheck = (value) =>
  Array.isArray(value) && value.every((each) => isWhole(each, 0));

/** An object with these fields, sorted by `label`. */
export function fields<Input>(
  checks: Readonly<Record<string, FieldCheck>>,
  label: (read: (field: string) => unknown, input: Input) => string,
): Answers<Input> {
  return {
    type: `an object with ${Object.keys(checks).join(', ')}`,
    labelOf: (answer, input) => {
      const read = fieldsOf(answer);
      return read !== null && hasFields(read, checks) ? label(read, input) : null;
    },
  };
}

/** An object with a `kind`, each kind with its fields. The label is the kind plus the text of `detail`. */
export function kinds(
  checks: Readonly<Record<string, Readonly<Record<string, FieldCheck>>>>,
  detail: (read: (field: string) => unknown) => unknown = () => undefined,
): Answers<unknown> {
  return {
    type: `an object of kind ${Object.keys(checks)
      .map((kind) => `'${kind}'`)
      .join(', ')}`,
    labelOf: (answer) => {
      const read = fieldsOf(answer);
      const kind = read?.('kind');
      if (read === null || typeof kind !== 'string' || !Object.hasOwn(checks, kind)) return null;
      if (!hasFields(read, checks[kind]!)) return null;
      const more = detail(read);
      return typeof more === 'string' ? `${kind}: ${more}` : kind;
    },
  };
}

/** A list of entries with these fields, sorted by its length compared with that of a list in the rule's input. */
export function entries<Input>(
  checks: Readonly<Record<string, FieldCheck>>,
  before: (input: Input) => number,
): Answers<Input> {
  return {
    type: `a list of objects with ${Object.keys(checks).join(', ')}`,
    labelOf: (answer, input) => {
      if (!Array.isArray(answer)) return null;
      const valid = answer.every((each) => {
        const read = fieldsOf(each);
        return read !== null && hasFields(read, checks);
      });
      return valid ? lengthLabel(answer.length, before(input)) : null;
    },
  };
}

/** A list of broker ids, sorted by its length compared with that of a list in the rule's input. */
export function brokerIds<Input>(before: (input: Input) => number): Answers<Input> {
  return {
    type: 'a list of broker ids',
    labelOf: (answer, input) =>
      isNumberList(answer) && Array.isArray(answer) ? lengthLabel(answer.length, before(input)) : null,
  };
}

function lengthLabel(length: number, before: number): string {
  const order = compare(length, before);
  return order === 'equal' ? 'as long' : order === 'lower' ? 'shorter' : 'longer';
}

function compare(answer: number, reference: number): string {
  return answer === reference ? 'equal' : answer < reference ? 'lower' : 'higher';
}

function isWhole(value: unknown, min: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}

function fieldsOf(value: unknown): ((field: string) => unknown) | null {
  if (typeof value !== 'object' || value === null) return null;
  return (field) => Reflect.get(value, field);
}

function hasFields(read: (field: string) => unknown, checks: Readonly<Record<string, FieldCheck>>): boolean {
  for (const field of Object.keys(checks)) if (checks[field]?.(read(field)) !== true) return false;
  return true;
}
