/**
 * An application that stores its offsets with the results of its processing, in one transaction of a database, and
 * seeks to them when it gets a partition. Kafka's committed offsets play no part.
 *
 * A member that has lost a partition may still be working on its records. The transaction therefore expects the offset
 * from which the member began; one that comes late is rolled back. Without that (`fencesResults: false`) a zombie
 * stores its results a second time.
 */
import type { ConsumerRecord, TopicPartition } from '../../../broker/clients/consumer/consumer-record.js';
import { type Application, type ApplicationHost, behind, nameOf } from './application.js';
import type { ResultsDatabase } from './results-database.js';

export class StoringApplication implements Application {
  readonly #host: ApplicationHost;
  readonly #database: ResultsDatabase;
  readonly #fencesResults: boolean;
  /** Where the next transaction of each partition begins. */
  readonly #positions = new Map<string, number>();

  constructor(host: ApplicationHost, database: ResultsDatabase, fencesResults: boolean) {
    this.#host = host;
    this.#database = database;
    this.#fencesResults = fencesResults;
  }

  onRecords(records: readonly ConsumerRecord[]): void {
    const byPartition = new Map<string, ConsumerRecord[]>();
    for (const record of records) {
      const of = byPartition.get(nameOf(record));
      if (of === undefined) byPartition.set(nameOf(record), [record]);
      else of.push(record);
    }
    this.#store([...byPartition.values()], 0);
  }

  onNothing(): void {
    this.#host.poll();
  }

  onAssigned(added: readonly TopicPartition[]): void {
    this.#host.beginAt(added.map((each) => this.#stored(each)));
  }

  onRevoked(_revoked: readonly TopicPartition[], done: () => void): void {
    done();
  }

  onGone(): void {}

  #stored({ topic, partition }: TopicPartition) {
    const name = nameOf({ topic, partition });
    const offset = this.#database.offsetOf(name);
    this.#positions.set(name, offset);
    return { topic, partition, offset, leaderEpoch: -1 };
  }

  /** One transaction for each partition. */
  #store(batches: readonly (readonly ConsumerRecord[])[], index: number): void {
    const host = this.#host;
    const batch = batches[index];
    const first = batch?.[0];
    const last = batch?.at(-1);
    if (batch === undefined || first === undefined || last === undefined) {
      host.poll();
      return;
    }
    const end = behind(last);
    const name = nameOf(first);
    const transaction = (): boolean => {
      const expected = this.#fencesResults ? (this.#positions.get(name) ?? 0) : null;
      if (!this.#database.storeOffset(name, expected, end.offset)) return false;
      this.#positions.set(name, end.offset);
      host.noteAttempt([end], false);
      host.noteAcknowledgement([end]);
      return true;
    };
    host.workInTransaction(batch, transaction, (isDone) => {
      // Another member has gone on from here. If this one still has the partition, it begins at the stored offset.
      if (!isDone && host.owns(first.topic, first.partition)) host.goBack([this.#stored(first)]);
      this.#store(batches, index + 1);
    });
  }
}
