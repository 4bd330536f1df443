/**
 * An application whose processing of some records fails, in the ways in which applications deal with that
 * (`onFailure` in `settings.ts`). It processes, then commits.
 */
import type {
  ConsumedOffset,
  ConsumerRecord,
  TopicPartition,
} from '../../../broker/clients/consumer/consumer-record.js';
import { decodeValue } from '../produce-and-consume/record-value.js';
import { type Application, type ApplicationHost, endsOf, nameOf, startsOf } from './application.js';
import { originalOf } from './retry-topic.js';
import type { ConsumerGroupSettings } from './settings.js';

type Settings = Pick<ConsumerGroupSettings, 'failsOneIn' | 'onFailure'>;

/** The attempts of a record that fail in one process. */
const FAILURES = 2;
const BACKOFF_MICROS = 200_000;

export class FailingApplication implements Application {
  readonly #host: ApplicationHost;
  readonly #settings: Settings;
  /** The failed attempts, by record. */
  readonly #failures = new Map<number, number>();

  constructor(host: ApplicationHost, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  onNothing(): void {
    this.#host.poll();
  }

  onRecords(records: readonly ConsumerRecord[]): void {
    const failing = records.filter((record) => this.#fails(record));
    if (this.#settings.onFailure === 'pause-and-retry') this.#retryInPlace(records, failing);
    else this.#handOver(records, failing);
  }

  onAssigned(): void {}

  onRevoked(_revoked: readonly TopicPartition[], done: () => void): void {
    this.#host.commit([], true, done);
  }

  onGone(): void {}

  #fails(record: ConsumerRecord): boolean {
    const value = decodeValue(record.value);
    if (originalOf(record) !== null || value % this.#settings.failsOneIn !== 0) return false;
    if (this.#settings.onFailure !== 'pause-and-retry') return true;
    const failures = this.#failures.get(value) ?? 0;
    this.#failures.set(value, failures + 1);
    return failures < FAILURES;
  }

  /**
   * What comes before the failing record is processed and committed. The partition is paused, goes back to the failing
   * record, and is resumed later. Other partitions go on.
   */
  #retryInPlace(records: readonly ConsumerRecord[], failing: readonly ConsumerRecord[]): void {
    const host = this.#host;
    const stops = startsOf(failing);
    const stopOf = new Map(stops.map((stop) => [nameOf(stop), stop.offset]));
    const done = records.filter(
      (record) => record.offset < (stopOf.get(nameOf(record)) ?? Number.POSITIVE_INFINITY),
    );
    host.work(done, () => {
      const owned = stops.filter(({ topic, partition }) => host.owns(topic, partition));
      if (owned.length > 0) host.goBack(owned);
      for (const { topic, partition } of owned) host.consumer.pause(topic, partition);
      if (owned.length > 0) host.later(BACKOFF_MICROS, () => this.#resume(owned));
      host.commit(endsOf(done), true, () => host.poll());
    });
  }

  #resume(partitions: readonly ConsumedOffset[]): void {
    const host = this.#host;
    for (const { topic, partition } of partitions)
      if (host.owns(topic, partition)) host.consumer.resume(topic, partition);
  }

  /** The failing records are skipped, or go to the retry topic before or after the commit. */
  #handOver(records: readonly ConsumerRecord[], failing: readonly ConsumerRecord[]): void {
    const host = this.#host;
    const commit = (then: (isDone: boolean) => void): void =>
      host.commit(endsOf(records), false, (error) => then(error === 'NONE'));
    const poll = (): void => host.poll();
    const failed = new Set(failing);
    const others = records.filter((record) => !failed.has(record));
    host.work(others, () => {
      switch (this.#settings.onFailure) {
        case 'commit-then-publish':
          commit((isDone) => (isDone ? host.publish(failing, poll) : poll()));
          break;
        case 'publish-then-commit':
          host.publish(failing, (isPublished) => (isPublished ? commit(poll) : this.#startAgain(records)));
          break;
        default:
          commit(poll);
      }
    });
  }

  /** What is not in the retry topic must not be committed. */
  #startAgain(records: readonly ConsumerRecord[]): void {
    this.#host.goBack(startsOf(records));
    this.#host.poll();
  }
}
