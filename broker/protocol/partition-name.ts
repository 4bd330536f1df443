/**
 * Kafka's name of a partition, `<topic>-<index>`: the name of its directory, also used in logs, checkpoints and
 * tools.
 */

export const partitionName = (topic: string, index: number): string => `${topic}-${index}`;

/**
 * Null: `name` does not name a partition. A topic may itself end with a dash and a number, so the last dash separates
 * the index.
 */
export function parsePartitionName(name: string): { readonly topic: string; readonly index: number } | null {
  const match = /^([a-zA-Z0-9._-]+)-(0|[1-9]\d*)$/.exec(name);
  return match === null ? null : { topic: match[1] ?? '', index: Number(match[2]) };
}

/** For names that this process has made. */
export function splitPartitionName(name: string): { readonly topic: string; readonly index: number } {
  const parsed = parsePartitionName(name);
  if (parsed === null) throw new Error(`${name} is not the name of a partition`);
  return parsed;
}
