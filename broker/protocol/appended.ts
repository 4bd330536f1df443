/**
 * `values` with one more. An empty array that is pushed to takes room for seventeen; the lists of requests and responses,
 * and those of what is under way, mostly hold one.
 */
export function appended<T>(values: T[], value: T): T[] {
  if (values.length === 0) return [value];
  values.push(value);
  return values;
}
