import {
  encodeMetadataBatch,
  endOffsetOf,
  type LogRecord,
  type MetadataBatch,
} from '../protocol/metadata-log-batch.js';
import type { MetadataRead, QuorumLog } from '../raft/quorum-log.js';

/** The metadata log of a scripted quorum: the test decides which epoch this voter leads and what is committed. */
export class ScriptedQuorumLog implements QuorumLog {
  readonly leaderId = 3_000;
  leaderEpoch = 1;
  highWatermark = 0;
  batches: MetadataBatch[] = [];

  get endOffset(): number {
    const last = this.batches.at(-1);
    return last === undefined ? 0 : endOffsetOf(last);
  }

  append(leaderEpoch: number, records: readonly LogRecord[]): number | null {
    if (leaderEpoch !== this.leaderEpoch) return null;
    const baseOffset = this.endOffset;
    this.batches.push({ baseOffset, leaderEpoch, records });
    return baseOffset;
  }

  read(fetchOffset: number): MetadataRead {
    const batches = this.batches.filter(
      (batch) => batch.baseOffset >= fetchOffset && batch.baseOffset < this.highWatermark,
    );
    const bytes = batches.flatMap((batch) => [...encodeMetadataBatch(batch, 0)]);
    return { type: 'records', records: new Uint8Array(bytes) };
  }

  /** Removes the uncommitted end, as after an election that another voter won. */
  truncate(): void {
    this.batches = this.batches.filter((batch) => batch.baseOffset < this.highWatermark);
  }
}
