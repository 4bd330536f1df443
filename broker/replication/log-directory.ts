/**
 * The one log directory of a broker (log.dirs): its owner, its logs, and its three small files: the clean shutdown
 * marker, `replication-offset-checkpoint` and `recovery-point-offset-checkpoint`.
 *
 * Opening removes the marker (KAFKA-10471), so that a later crash counts as an unclean stop.
 *
 * The checkpoints know logs by name. A new log therefore begins only when no checkpoint on disk has an entry of an
 * earlier log of its name.
 */

import type { TopicConfig } from '../config/definitions.js';
import type { DiskError, Env } from '../env.js';
import {
  type LastShutdown,
  takeCleanShutdownFile,
  writeCleanShutdownFile,
} from '../log/clean-shutdown-file.js';
import { CleanerCheckpoint } from '../log/cleaner-checkpoint.js';
import { type DiskProcedure, demand, runProcedure } from '../log/disk-procedure.js';
import {
  isToBeDeleted,
  type RemovalSuffix,
  removedName,
  removeFiles,
  renameLog,
} from '../log/log-removal.js';
import { LogStartCheckpoint } from '../log/log-start-checkpoint.js';
import { claimDirectory, type DirectoryOwner } from '../log/meta-properties.js';
import { readOffsets } from '../log/offset-checkpoint.js';
import { PartitionLog } from '../log/partition-log.js';
import { readPartitionMetadata, writePartitionMetadata } from '../log/partition-metadata-file.js';
import { RecoveryPointCheckpoint } from '../log/recovery-point-checkpoint.js';
import type { Observer } from '../observer.js';
import { parsePartitionName } from '../protocol/partition-name.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';
import type { BrokerRules } from '../rules/index.js';
import { HighWatermarkCheckpoint } from './high-watermark-checkpoint.js';
import type { Partition } from './partition.js';

/** A directory that is named like a log but says no topic id. It holds no record. */
export interface UnidentifiedLog {
  readonly name: string;
  readonly topic: string;
  readonly index: number;
}

interface FoundLogs {
  /** In the order of their names. */
  readonly logs: readonly (UnidentifiedLog & { readonly topicId: string })[];
  readonly unidentified: readonly UnidentifiedLog[];
  /** Directories whose deletion an earlier process did not finish. */
  readonly toBeDeleted: readonly string[];
  /** The entries of `log-start-offset-checkpoint`. */
  readonly logStarts: Map<string, number>;
  /** The entries of `cleaner-offset-checkpoint`. */
  readonly cleanedEnds: Map<string, number>;
}

interface Contents {
  readonly id: string;
  readonly lastShutdown: LastShutdown;
  readonly highWatermarks: HighWatermarkCheckpoint;
  readonly recoveryPoints: RecoveryPointCheckpoint;
  readonly found: FoundLogs;
}

export interface LogOptions {
  readonly config: TopicConfig;
  readonly rules: BrokerRules;
  readonly observer: Observer | null;
  /** The log begins at another offset, and `checkpointLogStarts` must follow. */
  readonly onLogStartMoved: () => void;
}

export class LogDirectory {
  /** Its id in `meta.properties`. */
  readonly id: string;
  /** The logs that the directory held when it was opened. */
  readonly found: FoundLogs;
  readonly lastShutdown: LastShutdown;
  readonly #env: Env;
  readonly #path: string;
  readonly #highWatermarks: HighWatermarkCheckpoint;
  readonly #recoveryPoints: RecoveryPointCheckpoint;
  readonly #logStarts: LogStartCheckpoint;
  readonly #cleanedEnds: CleanerCheckpoint;

  private constructor(env: Env, path: string, contents: Contents) {
    this.#env = env;
    this.#path = path;
    this.id = contents.id;
    this.found = contents.found;
    this.lastShutdown = contents.lastShutdown;
    this.#highWatermarks = contents.highWatermarks;
    this.#recoveryPoints = contents.recoveryPoints;
    this.#logStarts = new LogStartCheckpoint(env, path, contents.found.logStarts);
    this.#cleanedEnds = new CleanerCheckpoint(env, path, contents.found.cleanedEnds);
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
          HighWatermarkCheckpoint.read(env, path, (marksError, highWatermarks) => {
            if (highWatermarks === null) return failed('read the high watermarks', marksError);
            runProcedure(env.disk, findLogs(path), (listFailure, found) => {
              if (found === null) return failed('list the log directory', listFailure?.error ?? null);
              const contents = { id: claim.directoryId, lastShutdown, highWatermarks, recoveryPoints, found };
              done(new LogDirectory(env, path, contents));
            });
          });
        });
      });
    });
  }

  /** −1: the checkpoint has no entry for the name. */
  highWatermarkOf(name: string): number {
    return this.#highWatermarks.get(name);
  }

  /** Opens a log that was found. */
  openLog(
    id: TopicIdPartition,
    options: LogOptions,
    done: (error: DiskError | null, log: PartitionLog | null) => void,
  ): void {
    const { name } = id;
    PartitionLog.open(
      this.#env,
      {
        directory: `${this.#path}/${name}`,
        partition: id,
        config: options.config,
        rules: options.rules,
        observer: options.observer,
        cleanShutdown: this.lastShutdown.isClean,
        highWatermarkCheckpoint: Math.max(0, this.highWatermarkOf(name)),
        recoveryPoint: this.#recoveryPoints.get(name),
        cleanedEnd: this.#cleanedEnds.get(name),
        logStartCheckpoint: this.#logStarts.get(name),
        checkpointLogStart: (offset, written) => this.#logStarts.set(name, offset, written),
        onLogStartMoved: options.onLogStartMoved,
        lowerRecoveryPoint: (point, lowered) => this.#recoveryPoints.lower(name, point, lowered),
      },
      done,
    );
  }

  /** `partitions`: those that have their logs here. */
  createLog(
    id: TopicIdPartition,
    options: LogOptions,
    partitions: Iterable<Partition>,
    done: (error: DiskError | null, log: PartitionLog | null) => void,
  ): void {
    this.#highWatermarks.forget(id.name, partitions, (marksError) => {
      if (marksError !== null) return done(marksError, null);
      this.#recoveryPoints.forget(id.name, (pointsError) => {
        if (pointsError !== null) return done(pointsError, null);
        this.#forgetOffsets(id.name, (startsError) => {
          if (startsError !== null) return done(startsError, null);
          const named = writePartitionMetadata(`${this.#path}/${id.name}`, id.topicId);
          runProcedure(this.#env.disk, named, (failure) => {
            if (failure !== null) done(failure.error, null);
            else this.openLog(id, options, done);
          });
        });
      });
    });
  }

  /** Frees the name of a log that is closed. `done` gets the new name of its directory. */
  renameAside(
    log: UnidentifiedLog,
    suffix: RemovalSuffix,
    done: (error: DiskError | null, name: string) => void,
  ): void {
    const random = this.#env.random('log-directory');
    const word = (): string =>
      random
        .nextInt(2 ** 31)
        .toString(16)
        .padStart(8, '0');
    const name = removedName(log, word() + word() + word() + word(), suffix);
    runProcedure(this.#env.disk, renameLog(this.#path, log.name, name), (failure) => {
      if (failure !== null) done(failure.error, name);
      else this.#recoveryPoints.forget(log.name, (error) => done(error, name));
    });
  }

  /** As in Kafka a failure is only logged. The next start tries again. */
  deleteLater(name: string, delayMillis: number): void {
    this.#env.timers.schedule(delayMillis * 1_000, () => {
      runProcedure(this.#env.disk, removeFiles(`${this.#path}/${name}`), (failure) => {
        if (failure !== null)
          this.#env.logger.log('error', `Cannot delete ${name}`, { error: failure.error });
      });
    });
  }

  checkpointHighWatermarks(partitions: Iterable<Partition>, done: (error: DiskError | null) => void): void {
    this.#highWatermarks.write(partitions, done);
  }

  checkpointRecoveryPoints(partitions: readonly Partition[], done: (error: DiskError | null) => void): void {
    this.#recoveryPoints.update(
      partitions.map(({ log }) => log),
      done,
    );
  }

  #forgetOffsets(name: string, done: (error: DiskError | null) => void): void {
    this.#logStarts.forget(name, (error) => {
      if (error !== null) done(error);
      else this.#cleanedEnds.forget(name, done);
    });
  }

  checkpointCleaned(name: string, cleanedEnd: number, done: (error: DiskError | null) => void): void {
    this.#cleanedEnds.set(name, cleanedEnd, done);
  }

  checkpointLogStarts(
    partitions: readonly Partition[],
    observer: Observer | null,
    done: (error: DiskError | null) => void,
  ): void {
    const logs = partitions.map(({ log }) => log);
    this.#logStarts.update(logs, done, ({ partition }, offset) =>
      observer?.log?.logStartCheckpointed(partition, offset),
    );
  }

  leaveCleanShutdownMarker(brokerEpoch: number, done: (error: DiskError | null) => void): void {
    writeCleanShutdownFile(this.#env, this.#path, brokerEpoch, done);
  }
}

function* findLogs(path: string): DiskProcedure<FoundLogs> {
  const { names } = yield* demand({ kind: 'list', path });
  const found = {
    logs: [] as (UnidentifiedLog & { readonly topicId: string })[],
    unidentified: [] as UnidentifiedLog[],
    toBeDeleted: names.filter(isToBeDeleted),
    logStarts: yield* offsetsIn(path, LogStartCheckpoint.NAME, names),
    cleanedEnds: yield* offsetsIn(path, CleanerCheckpoint.NAME, names),
  };
  for (const name of names) {
    const parsed = parsePartitionName(name);
    if (parsed === null) continue;
    const topicId = yield* readPartitionMetadata(`${path}/${name}`);
    if (topicId === null) found.unidentified.push({ name, ...parsed });
    else found.logs.push({ name, ...parsed, topicId });
  }
  return found;
}

/** The entries of a checkpoint that exists only when it is needed. */
function* offsetsIn(
  path: string,
  file: string,
  names: readonly string[],
): DiskProcedure<Map<string, number>> {
  return names.includes(file) ? yield* readOffsets(`${path}/${file}`) : new Map<string, number>();
}
