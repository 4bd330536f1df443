/**
 * `partition.metadata` in the directory of a log: the id of the log's topic
 * (org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile). The directory itself is named only after the
 * topic's name. The file is durable before the log takes its first record, so a directory without it holds none.
 */

import { isUuid, ZERO_UUID } from '../protocol/schema/uuid.js';
import { malformed, readText, replaceFile } from './checkpoint-file.js';
import type { DiskProcedure } from './disk-procedure.js';

const NAME = 'partition.metadata';

export function* writePartitionMetadata(directory: string, topicId: string): DiskProcedure<void> {
  yield* replaceFile(`${directory}/${NAME}`, `version: 0\ntopic_id: ${topicId}`, true);
}

/** The topic id; null: the file is missing or empty. */
export function* readPartitionMetadata(directory: string): DiskProcedure<string | null> {
  const path = `${directory}/${NAME}`;
  const text = yield* readText(path);
  if (text === null || text === '') return null;
  const match = /^version:\s+(\d+)\ntopic_id:\s+(\S+)\n?$/.exec(text);
  if (match === null) throw malformed(path, JSON.stringify(text));
  if (match[1] !== '0') throw malformed(path, `unknown version ${match[1]}`);
  const topicId = match[2] ?? '';
  if (!isUuid(topicId) || topicId === ZERO_UUID) throw malformed(path, `invalid topic id ${topicId}`);
  return topicId;
}
