/**
 * The removal of a log in two steps, as in Kafka (UnifiedLog#logDeleteDirName, LogManager#asyncDelete). First the
 * directory is renamed: from then on its name is free for another log, and a start knows that it is to be deleted.
 * Its files are removed later. A crash leaves the log under its own name or under the new one, never a part of it
 * under its own name.
 */
import { type DiskProcedure, demand, demandIfPresent } from './disk-procedure.js';

/** `delete`: the topic was deleted. `stray`: the metadata does not have this replica; an operator decides. */
export type RemovalSuffix = 'delete' | 'stray';

const FILE_NAME_LENGTH_MAX = 255;
const TO_BE_DELETED = /^\S+-\S+\.\S+-delete$/;

/** `<topic>-<index>.<unique>-delete`, with the topic's name cut where a file system would not take it whole. */
export function removedName(
  { topic, index }: { readonly topic: string; readonly index: number },
  unique: string,
  suffix: RemovalSuffix,
): string {
  const end = `-${index}.${unique}-${suffix}`;
  return topic.slice(0, FILE_NAME_LENGTH_MAX - end.length) + end;
}

export const isToBeDeleted = (name: string): boolean => TO_BE_DELETED.test(name);

/** No operation on a file of the log may be under way. A directory without files counts as renamed. */
export function* renameLog(parent: string, from: string, to: string): DiskProcedure<void> {
  const renamed = { kind: 'renameDirectory', from: `${parent}/${from}`, to: `${parent}/${to}` } as const;
  if ((yield* demandIfPresent(renamed)) === null) return;
  yield* demand({ kind: 'syncDirectory', path: parent });
}

export function* removeFiles(directory: string): DiskProcedure<void> {
  const { names } = yield* demand({ kind: 'list', path: directory });
  for (const name of names) yield* demandIfPresent({ kind: 'remove', path: `${directory}/${name}` });
  yield* demand({ kind: 'removeDirectory', path: directory });
}
