import { type Properties, resolveTopicConfig } from '../config/definitions.js';
import type { AppendResult } from '../log/append-result.js';
import { PartitionLog } from '../log/partition-log.js';
import type { PartitionLogOptions } from '../log/partition-log-options.js';
import { batches, buildBatch, lastOffset, readRecords } from '../protocol/record-batch.js';
import { TopicIdPartitions } from '../protocol/topic-id-partition.js';
import type { LogRules } from '../rules/log/index.js';
import { logRules } from '../rules/log/index.js';
import type { TestEnv } from './test-env.js';

export interface BatchSpec {
  readonly values?: readonly string[];
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly timestamp?: number;
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A record batch as a producer sends it, or, with `baseOffset` and `leaderEpoch`, as a leader serves it. */
export function batchOf(spec: BatchSpec = {}): Uint8Array {
  return buildBatch({
    baseOffset: spec.baseOffset ?? 0,
    leaderEpoch: spec.leaderEpoch ?? -1,
    producerId: spec.producerId ?? -1,
    producerEpoch: spec.producerEpoch ?? (spec.producerId === undefined ? -1 : 0),
    baseSequence: spec.baseSequence ?? (spec.producerId === undefined ? -1 : 0),
    timestamp: spec.timestamp ?? 1_700_000_000_000,
    records: (spec.values ?? ['value']).map((value) => ({ key: null, value: encoder.encode(value) })),
  });
}

export interface OpenOptions extends Partial<Omit<PartitionLogOptions, 'config' | 'rules'>> {
  readonly properties?: Properties;
  readonly rules?: Partial<LogRules>;
}

/** Opens `data/orders-0` and runs the disk until the log is open. */
export function openLog(env: TestEnv, options: OpenOptions = {}): PartitionLog {
  const { properties, rules, ...rest } = options;
  let opened: PartitionLog | null = null;
  PartitionLog.open(
    env,
    {
      directory: 'data/orders-0',
      partition: new TopicIdPartitions().of('id of orders', 'orders', 0),
      observer: null,
      cleanShutdown: false,
      highWatermarkCheckpoint: 0,
      ...rest,
      config: resolveTopicConfig(properties ?? {}),
      rules: { ...logRules, ...rules },
    },
    (error, log) => {
      if (error !== null) throw new Error(`${error.code} ${error.message}`);
      opened = log;
    },
  );
  env.disk.run();
  if (opened === null) throw new Error('The log did not open');
  return opened;
}

/** Appends as leader and runs the disk until the answer is there. */
export function append(env: TestEnv, log: PartitionLog, records: Uint8Array, leaderEpoch = 0): AppendResult {
  return settle(env, (done) => log.appendAsLeader(records, leaderEpoch, done));
}

/** Starts an operation on the disk and runs the disk until it answers. */
export function settle<T>(env: TestEnv, start: (done: (result: T) => void) => void): T {
  const answers: T[] = [];
  start((result) => answers.push(result));
  env.disk.run();
  if (answers.length !== 1) throw new Error(`Expected one answer, got ${answers.length}`);
  return answers[0]!;
}

/** The result of `read` from `fromOffset`: bytes, null, or the name of an error. */
export function readBytes(
  env: TestEnv,
  log: PartitionLog,
  fromOffset: number,
  maxBytes = 1 << 20,
): Uint8Array | string | null {
  return settle<Uint8Array | string | null>(env, (done) =>
    log.read(fromOffset, maxBytes, log.logEndOffset, true, (errorCode, bytes) =>
      done(errorCode === 'NONE' ? bytes : errorCode),
    ),
  );
}

/** The records of a run of batches, as `offset:value`. */
export function recordsIn(bytes: Uint8Array | string | null): string[] {
  const found: string[] = [];
  if (bytes === null || typeof bytes === 'string') return found;
  for (const position of batches(bytes)) {
    readRecords(bytes, position, (record) => {
      found.push(`${record.offset}:${record.value === null ? 'null' : decoder.decode(record.value)}`);
    });
  }
  return found;
}

/** All records of the log, read in steps of at most `maxBytes`. */
export function allRecords(env: TestEnv, log: PartitionLog, maxBytes = 1 << 20): string[] {
  const found: string[] = [];
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const bytes = readBytes(env, log, offset, maxBytes);
    if (bytes === null || typeof bytes === 'string') throw new Error(`Read at ${offset}: ${bytes}`);
    found.push(...recordsIn(bytes));
    for (const position of batches(bytes)) offset = lastOffset(bytes, position) + 1;
  }
  return found;
}
