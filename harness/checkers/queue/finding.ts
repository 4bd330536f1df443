/** What a check returns: a named anomaly before anybody asks whether it is allowed. */
export interface Finding {
  readonly name: string;
  readonly count: number;
  readonly witnesses: readonly Evidence[];
}

export type Evidence = Readonly<Record<string, unknown>>;

/** Nothing found is no finding. */
export function findingsOf(name: string, count: number, witnesses: readonly Evidence[]): readonly Finding[] {
  return count === 0 ? [] : [{ name, count, witnesses }];
}
