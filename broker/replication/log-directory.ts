/**
 * The one log directory of a broker (log.dirs): its owner, its logs, and its three small files: the clean shutdown
 * marker, `replication-offset-checkpoint` and `recovery-point-offset-checkpoint`.
 *
 * Opening removes the marker (KAFKA-10471), so that a later crash counts as an unclean stop.
 */

import type { TopicConfig } from '../config/definitions.js';
import type { DiskError, Env } from '../env.js';
import {
  type LastShutdown,
  takeCleanShutdownFile,
  writeCleanShutdownFile,
} from '../log/clean-shutdown-file.js';
import { claimDirectory, type DirectoryOwner } from '../log/meta-properties.js';
import { PartitionLog } from '../log/partition-log.js';
import { RecoveryPointCheckpoint } from '../log/recovery-point-checkpoint.js';
import type { Observer } from '../observer.js';
import { parsePartitionName } from '../protocol/partition-name.js';
import type { BrokerRules } from '../rules/index.js';
import { type HighWatermarks, readHighWatermarks, writeHighWatermarks } from './high-watermark-checkpoint.js';
import type { Partition } from './partition.js';

export interface LogIdentity {
  /** `<topic>-<index>`, the name of its directory. */
  readonly name: string;
  readonly topic: string;
  readonly index: number;
}

interface Contents {
  readonly lastShutdown: LastShutdown;
  readonly highWatermarks: HighWatermarks;
  readonly recoveryPoints: RecoveryPointCheckpoint;
  readonly found: readonly LogIdentity[];
}

export class LogDirectory {
  /** The logs that the directory held when it was opened, in the order of their names. */
  readonly found: readonly LogIdentity[];
  readonly lastShutdown: LastShutdown;
  readonly #env: Env;
  readonly #path: string;
  readonly #highWatermarks: HighWatermarks;
  readonly #recoveryPoints: RecoveryPointCheckpoint;
  #isWritingHighWatermarks = false;

  private constructor(env: Env, path: string, contents: Contents) {
    this.#env = env;
    this.#path = path;
    this.found = contents.found;
    this.lastShutdown = contents.lastShutdown;
    this.#highWatermarks = contents.highWatermarks;
    this.#recoveryPoints = contents.recoveryPoints;
  }

  /** If the directory cannot be opened, the process ends, as Kafka's does when its only log directory is offline. */
  static open(env: Env, path: string, owner: DirectoryOwner, done: (directory: LogDirectory) => void): void {
    const failed = (what: string, error: DiskError | null): void =>
      env.halt(`cannot ${what}: ${error?.code ?? 'EIO'} ${error?.message ?? ''}`);
    claimDirectory(env, path, owner, (claimError, claim) => {
      if (claimError !== null || claim === null) return failed('read meta.properties', claimError);
      if (claim.kind === 'foreign') return env.halt(claim.message);
      takeCleanShutdownFile(env, path, (markerError, lastShutdown) => {
        if (markerError !== null) return failed('take the clean shutdown marker', markerError);
        RecoveryPointCheckpoint.read(env, path, (pointsError, recoveryPoints) => {
          if (recoveryPoints === null) return failed('read the recovery points', pointsError);
          readHighWatermarks(env, path, (marksError, highWatermarks) => {
            if (marksError !== null) return failed('read the high watermarks', marksError);
            env.disk.list(path, (listError, names) => {
              if (listError !== null) return failed('list the log directory', listError);
              const found = logsAmong(names);
              done(new LogDirectory(env, path, { lastShutdown, highWatermarks, recoveryPoints, found }));
            });
          });
        });
      });
    });
  }

  /** −1: the checkpoint has no entry for the name. */
  highWatermarkOf(name: string): number {
    return this.#highWatermarks.get(name) ?? -1;
  }

  openLog(
    identity: LogIdentity,
    options: {
      readonly config: TopicConfig;
      readonly rules: BrokerRules;
      readonly observer: Observer | null;
    },
    done: (error: DiskError | null, log: PartitionLog | null) => void,
  ): void {
    const { name } = identity;
    PartitionLog.open(
      this.#env,
      {
        directory: `${this.#path}/${name}`,
        partition: name,
        config: options.config,
        rules: options.rules,
        observer: options.observer,
        cleanShutdown: this.lastShutdown.isClean,
        highWatermarkCheckpoint: Math.max(0, this.highWatermarkOf(name)),
        recoveryPoint: this.#recoveryPoints.get(name),
        lowerRecoveryPoint: (point, lowered) => this.#recoveryPoints.lower(name, point, lowered),
      },
      done,
    );
  }

  /** Calls `done` at once when a write is already under way. */
  checkpointHighWatermarks(partitions: Iterable<Partition>, done: (error: DiskError | null) => void): void {
    if (this.#isWritingHighWatermarks) {
      done(null);
      return;
    }
    this.#isWritingHighWatermarks = true;
    writeHighWatermarks(this.#env, this.#path, partitions, (error) => {
      this.#isWritingHighWatermarks = false;
      done(error);
    });
  }

  checkpointRecoveryPoints(partitions: readonly Partition[], done: (error: DiskError | null) => void): void {
    this.#recoveryPoints.update(
      partitions.map(({ log }) => log),
      done,
    );
  }

  leaveCleanShutdownMarker(brokerEpoch: number, done: (error: DiskError | null) => void): void {
    writeCleanShutdownFile(this.#env, this.#path, brokerEpoch, done);
  }
}

function logsAmong(names: readonly string[]): readonly LogIdentity[] {
  const logs: LogIdentity[] = [];
  for (const name of [...names].sort()) {
    const parsed = parsePartitionName(name);
    if (parsed !== null) logs.push({ name, topic: parsed.topic, index: parsed.index });
  }
  return logs;
}
