/** Kafka's name of a partition, `<topic>-<index>`: of its directory, in logs, checkpoints and on the face of every tool. */

export const partitionName = (topic: string, index: number): string => `${topic}-${index}`;

/** Null: no name of a partition. A topic may itself end with a number: the last dash decides. */
export function parsePartitionName(name: string): { readonly topic: string; readonly index: number } | null {
  const match = /^([a-zA-Z0-9._-]+)-(0|[1-9]\d*)$/.exec(name);
  return match === null ? null : { topic: match[1] ?? '', index: Number(match[2]) };
}

/** For a name that this process made itself. */
export function splitPartitionName(name: string): { readonly topic: string; readonly index: number } {
  const parsed = parsePartitionName(name);
  if (parsed === null) throw new Error(`${name} is not the name of a partition`);
  return parsed;
}
