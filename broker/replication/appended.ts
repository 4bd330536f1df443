/**
 * `values` with one more. An empty array that is pushed to takes room for seventeen; responses mostly hold one, and there
 * are several arrays to each.
 */
export function appended<T>(values: T[], value: T): T[] {
  if (values.length === 0) return [value];
  values.push(value);
  return values;
}
