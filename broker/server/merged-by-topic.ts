/**
 * The answer about each topic once, as Kafka merges it (OffsetCommitResponse.Builder#merge): what the broker refused
 * comes first, in a topic and among the topics; the coordinator's answers follow.
 */
export function mergedByTopic<P, T extends { readonly partitions: readonly P[] }>(
  refused: readonly T[],
  answered: readonly T[],
  keyOf: (topic: T) => string,
): T[] {
  const topics = new Map<string, T>();
  for (const topic of [...refused, ...answered]) {
    const before = topics.get(keyOf(topic));
    const partitions = [...(before?.partitions ?? []), ...topic.partitions];
    topics.set(keyOf(topic), { ...topic, partitions });
  }
  return [...topics.values()];
}
