import type { MetadataRecord } from '../protocol/metadata-records.js';

/** Records of the metadata log that were appended together and are applied together. */
export interface MetadataBatch {
  /** The offset of the first record. */
  readonly baseOffset: number;
  /** The quorum epoch of the leader that appended the batch. */
  readonly leaderEpoch: number;
  readonly records: readonly MetadataRecord[];
}
