/** One of several equal parts of the seeds of a campaign, so that machines share the work: `2/8` is the second of eight. */
export interface Shard {
  /** From 1 on. */
  readonly number: number;
  readonly count: number;
}

const SHARDS_MAX = 1_000;

/** Null: the text is no shard. */
export function parseShardText(text: string): Shard | null {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  const [number, count] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && number >= 1 && number <= count && count <= SHARDS_MAX ? { number, count } : null;
}

/** The seeds of a shard: consecutive, and together with those of the other shards all of them, each once. */
export function seedsOfShard(
  { number, count }: Shard,
  firstSeed: number,
  seeds: number,
): { readonly firstSeed: number; readonly seeds: number } {
  const from = Math.floor((seeds * (number - 1)) / count);
  const to = Math.floor((seeds * number) / count);
  return { firstSeed: firstSeed + from, seeds: to - from };
}
