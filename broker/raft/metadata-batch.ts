import type { MetadataRecord } from '../protocol/metadata-records.js';

/** Records of the metadata log that were appended together and apply together. */
export interface MetadataBatch {
  /** The offset of its first record. */
  readonly baseOffset: number;
  /** The quorum epoch of the leader that appended it. */
  readonly leaderEpoch: number;
  readonly records: readonly MetadataRecord[];
}
