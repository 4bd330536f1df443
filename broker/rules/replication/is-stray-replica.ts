/**
 * Whether a log found at the start belongs to no replica of this broker (LogManager#isStrayKraftReplica, KIP-516).
 * The topic id decides, not the name: a topic made again under its name is another topic, and the records of the
 * earlier one must not become its records.
 */
export function isStrayReplica(log: {
  readonly topicId: string;
  /** The id of the topic that has the log's name now; null: none has it. */
  readonly presentTopicId: string | null;
  /** The present topic assigns the partition of this index to this broker. */
  readonly isAssigned: boolean;
}): boolean {
  return log.topicId !== log.presentTopicId || !log.isAssigned;
}
