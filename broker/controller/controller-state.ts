/**
 * All that the controller decides by: the image and the index over it, as of the last *appended* batch, as Kafka's
 * timeline structures hold it. Hence two requests that arrive before the first one's records are durable are still
 * decided one after the other; their answers wait for the commit. Should this voter lose its leadership, what is not
 * committed may vanish, and the state is built anew by replay.
 */

import type { MetadataDelta } from '../metadata/metadata-delta.js';
import { type ImageOptions, MetadataImage } from '../metadata/metadata-image.js';
import type { PartitionRegistration } from '../metadata/partition-registration.js';
import type { MetadataBatch } from '../raft/metadata-batch.js';
import { PartitionIndex } from './partition-index.js';

export class ControllerState {
  readonly image: MetadataImage;
  readonly index = new PartitionIndex();

  constructor(options: ImageOptions) {
    this.image = new MetadataImage(options);
  }

  replay(batches: readonly MetadataBatch[]): MetadataDelta {
    const delta = this.image.apply(batches);
    for (const { previous, current } of delta.partitions.values()) this.index.update(previous, current);
    return delta;
  }

  partitionNamed(name: string): PartitionRegistration {
    const partition = this.image.partitions.get(name);
    if (partition === undefined) throw new Error(`${name} is in the index and not in the image`);
    return partition;
  }
}
