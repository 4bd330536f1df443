/**
 * Checks of single values of a request. Types say what a peer should send, not what it did: a handler believes a value
 * only after one of these.
 */
const INT32_MAX = 2_147_483_647;

/** A partition number, a count, a time in ms. */
export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INT32_MAX;

/** A leader epoch, a broker id: −1 for none. */
export const isCountOrNone = (value: unknown): value is number => value === -1 || isCount(value);

export const isOffset = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export const isName = (value: unknown): value is string => typeof value === 'string';

/** The elements that are objects at all. */
export function records<T extends object>(values: readonly T[] | null | undefined): readonly T[] {
  if (!Array.isArray(values)) return [];
  return values.every(isRecord) ? values : values.filter(isRecord);
}

export const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;
