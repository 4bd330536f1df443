/** The result of a check: a named anomaly, before it is known whether the anomaly is allowed. */
export interface Finding {
  readonly name: string;
  readonly count: number;
  readonly witnesses: readonly Evidence[];
}

export type Evidence = Readonly<Record<string, unknown>>;

/** Returns no finding when the count is 0. */
export function findingsOf(name: string, count: number, witnesses: readonly Evidence[]): readonly Finding[] {
  return count === 0 ? [] : [{ name, count, witnesses }];
}
