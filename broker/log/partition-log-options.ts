import type { TopicConfig } from '../config/definitions.js';
import type { Observer } from '../observer.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import type { LogRules } from '../rules/log/index.js';

export interface PartitionLogOptions {
  /** Path of the log's directory, without a trailing slash. */
  readonly directory: string;
  readonly partition: TopicIdPartition;
  readonly config: TopicConfig;
  readonly rules: LogRules;
  readonly observer: Observer | null;
  readonly cleanShutdown: boolean;
  /** The offset in `replication-offset-checkpoint`; 0: unknown. */
  readonly highWatermarkCheckpoint: number;
  /** The offset in `recovery-point-offset-checkpoint`; 0: unknown, which only makes recovery read more. */
  readonly recoveryPoint?: number;
  /**
   * Called before a truncation touches a file: from now on everything from `recoveryPoint` may be unsynced.
   * A checkpoint with a higher offset must be lowered before `done` is called.
   */
  readonly lowerRecoveryPoint?: (recoveryPoint: number, done: () => void) => void;
  /** The offset in `log-start-offset-checkpoint`; 0: the file has no entry. */
  readonly logStartCheckpoint?: number;
  /**
   * Called before the log deletes segments below `logStartOffset`, and before it begins again below its present start.
   * The entry of the checkpoint must be this offset before `done` is called.
   */
  readonly checkpointLogStart?: (logStartOffset: number, done: () => void) => void;
  /** Called when the log start offset has moved and the checkpoint does not have it yet. */
  readonly onLogStartMoved?: () => void;
  /** The offset in `cleaner-offset-checkpoint`; 0: the file has no entry. */
  readonly cleanedEnd?: number;
  /** How many bytes of the newest batches stay in memory. */
  readonly tailCacheBytes?: number;
}
