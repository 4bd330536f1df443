import type { MetadataImage } from '../metadata/metadata-image.js';

/** The whole content of an image, as plain data to compare. */
export function describeImage(image: MetadataImage) {
  return {
    endOffset: image.endOffset,
    nextProducerId: image.nextProducerId,
    brokers: [...image.brokers.values()],
    partitions: [...image.partitions.values()],
    topics: [...image.topics.values()].map((topic) => ({
      name: topic.name,
      topicId: topic.topicId,
      overrides: [...image.overrides(2, topic.name)],
      config: image.topicConfig(topic.name),
    })),
    clusterOverrides: [...image.overrides(4, '')],
  };
}
