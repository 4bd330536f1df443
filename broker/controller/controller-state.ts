/**
 * The state by which the controller decides: the image and the index over it, as of the last *appended* batch, like
 * Kafka's timeline structures. If a second request arrives before the first one's records are durable, it is
 * therefore decided after the first; both answers wait for the commit. If the voter loses its leadership, uncommitted
 * records may vanish, and the state is rebuilt by replay.
 */

import type { MetadataDelta } from '../metadata/metadata-delta.js';
import { type ImageOptions, MetadataImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { MetadataBatch } from '../protocol/metadata-log-batch.js';
import { PartitionIndex } from './partition-index.js';

export class ControllerState {
  readonly image: MetadataImage;
  readonly index = new PartitionIndex();

  constructor(options: ImageOptions) {
    this.image = new MetadataImage(options);
  }

  replay(batches: readonly MetadataBatch[]): MetadataDelta {
    const delta = this.image.apply(batches);
    for (const { partitions } of delta.removedTopics)
      for (const partition of partitions) this.index.remove(partition);
    for (const { previous, current } of delta.partitions.values()) this.index.update(previous, current);
    return delta;
  }

  partitionNamed(name: string): PartitionRegistration {
    const partition = this.image.partitions.get(name);
    if (partition === undefined) throw new Error(`${name} is in the index and not in the image`);
    return partition;
  }
}
