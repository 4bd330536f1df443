/**
 * `values` with one element more. An empty array that is pushed to reserves room for seventeen elements. Most lists
 * of requests, responses and work in progress hold one.
 */
export function appended<T>(values: T[], value: T): T[] {
  if (values.length === 0) return [value];
  values.push(value);
  return values;
}
