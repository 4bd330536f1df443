import type { WorldLine } from '../harness/runner/run-data.js';

/** Lines of `trace.jsonl` about partitions. `partition` is `<topic>-<index>`, `host` a host name, `t` virtual microseconds. */
export type ClusterLine =
  | {
      readonly t: number;
      readonly kind: 'partition';
      readonly partition: string;
      readonly leader: string | null;
      readonly leaderEpoch: number;
      readonly isr: readonly string[];
      readonly replicas: readonly string[];
      readonly unclean: boolean;
    }
  | {
      readonly t: number;
      readonly kind: 'log';
      readonly partition: string;
      readonly host: string;
      readonly logEndOffset: number;
      readonly highWatermark: number;
    }
  | {
      readonly t: number;
      readonly kind: 'truncated';
      readonly partition: string;
      readonly host: string;
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    }
  | {
      readonly t: number;
      readonly kind: 'role';
      readonly partition: string;
      readonly host: string;
      readonly role: string;
      readonly leaderEpoch: number;
    };

/** The lines that a report reads. */
export type ReportLine = WorldLine | ClusterLine;
