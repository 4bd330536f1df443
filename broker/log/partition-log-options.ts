import type { TopicConfig } from '../config/definitions.js';
import type { Observer } from '../observer.js';
import type { LogRules } from '../rules/log/index.js';

export interface PartitionLogOptions {
  /** Path of the log's own directory, without a slash at its end. */
  readonly directory: string;
  /** `<topic>-<index>`. */
  readonly partition: string;
  readonly config: TopicConfig;
  readonly rules: LogRules;
  readonly observer: Observer | null;
  readonly cleanShutdown: boolean;
  /** From `replication-offset-checkpoint`; 0 where unknown. */
  readonly highWatermarkCheckpoint: number;
  /** From `recovery-point-offset-checkpoint`; 0 where unknown, which only makes recovery read more. */
  readonly recoveryPoint?: number;
  /**
   * Told, before a truncation touches a file, that everything from `recoveryPoint` on may be unsynced from now on: a
   * checkpoint that says otherwise must be lowered before `done`.
   */
  readonly lowerRecoveryPoint?: (recoveryPoint: number, done: () => void) => void;
  /** How many bytes of the newest batches stay in memory. */
  readonly tailCacheBytes?: number;
}
