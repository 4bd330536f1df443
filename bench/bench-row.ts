/** One line of the table that `npm run bench` prints and `--json` writes. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same measured on what cannot be done without, in the same run; null where there is no such thing. */
  readonly floor: number | null;
  readonly ratio: number | null;
  readonly aim: number;
  /** The value is at least what must hold (not the aim). */
  readonly holds: boolean;
}

export function row(
  name: string,
  value: number,
  unit: string,
  judged: { readonly aim: number; readonly holds: boolean; readonly floor?: number },
): BenchRow {
  const floor = judged.floor ?? null;
  const ratio = floor === null || floor === 0 ? null : value / floor;
  return { name, value, unit, floor, ratio, aim: judged.aim, holds: judged.holds };
}

export function median(values: readonly number[]): number {
  const ordered = [...values].sort((left, right) => left - right);
  return ordered[ordered.length >> 1] ?? Number.NaN;
}
