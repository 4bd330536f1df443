export interface CompactedRecordInput {
  readonly offset: number;
  readonly hasKey: boolean;
  /** False: the record is a tombstone. */
  readonly hasValue: boolean;
  /** The last offset of the key among the dirty records; −1: the key is not among them. */
  readonly latestOffsetOfKey: number;
  /** The last offset that the cleaner knows the keys of. */
  readonly latestOffsetOfMap: number;
  /** When the tombstones of the batch may go (KIP-534); −1: no pass has retained them yet. */
  readonly deleteHorizonMillis: number;
  readonly nowMillis: number;
}

/**
 * Whether a cleaning pass keeps the record (Cleaner#shouldRetainRecord): the last record of each key stays. A tombstone
 * stays until its delete horizon has passed, so that a reader that has seen the older value sees it too.
 */
export function retainsRecord(input: CompactedRecordInput): boolean {
  if (input.offset > input.latestOffsetOfMap) return true;
  if (!input.hasKey || input.offset < input.latestOffsetOfKey) return false;
  return input.hasValue || input.deleteHorizonMillis < 0 || input.nowMillis < input.deleteHorizonMillis;
}
