/**
 * Applications that commit their offsets to Kafka, in the orders that `settings.ts` describes.
 *
 * - At least once: a commit that fails is no reason to stop. What it covered is processed again, by this member or by
 *   the next owner.
 * - At most once: if the commit fails, the member goes back without having worked on the records.
 */
import type {
  ConsumedOffset,
  ConsumerRecord,
  TopicPartition,
} from '../../../broker/clients/consumer/consumer-record.js';
import type { CommitInterceptor } from '../../../broker/clients/consumer/group/offset-committer.js';
import { type Application, type ApplicationHost, behind, endsOf, nameOf, startsOf } from './application.js';
import { type ConsumerGroupSettings, commitsItself } from './settings.js';

type Settings = Pick<ConsumerGroupSettings, 'commit' | 'pollsPerCommit' | 'commitsWhenRevoked'>;

export class CommittingApplication implements Application {
  readonly interceptor?: CommitInterceptor;
  readonly #host: ApplicationHost;
  readonly #settings: Settings;
  /** Behind the last record that was processed and not committed, by partition. */
  readonly #processed = new Map<string, ConsumedOffset>();
  #pollsSinceCommit = 0;

  constructor(host: ApplicationHost, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
    if (commitsItself(settings.commit))
      this.interceptor = {
        onSend: (offsets) => host.noteAttempt(offsets, settings.commit === 'auto'),
        onCommit: (offsets) => host.noteAcknowledgement(offsets),
      };
  }

  onRecords(records: readonly ConsumerRecord[]): void {
    const host = this.#host;
    switch (this.#settings.commit) {
      case 'before-processing':
        this.#commitFirst(records);
        break;
      case 'auto':
        host.work(records, () => host.poll());
        break;
      case 'auto-aside':
        host.work(records, () => undefined);
        host.poll();
        break;
      case 'position-per-record':
        this.#workOnEach(records, 0);
        break;
      default:
        host.work(records, () => this.#commitDue(records));
    }
  }

  /** A member that commits rarely commits what is left when there is nothing else to do. */
  onNothing(): void {
    if (this.#pollsSinceCommit === 0) this.#host.poll();
    else this.#commitProcessed();
  }

  onAssigned(): void {}

  /** A member that commits first has nothing left to commit. */
  onRevoked(_revoked: readonly TopicPartition[], done: () => void): void {
    const { commit, commitsWhenRevoked } = this.#settings;
    this.#commit(
      commit === 'after-processing' && commitsWhenRevoked ? [...this.#processed.values()] : [],
      done,
    );
  }

  onGone(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) this.#processed.delete(nameOf(each));
  }

  #commitDue(records: readonly ConsumerRecord[]): void {
    const host = this.#host;
    for (const record of records) {
      if (host.owns(record.topic, record.partition)) this.#processed.set(nameOf(record), behind(record));
    }
    this.#pollsSinceCommit += 1;
    if (this.#pollsSinceCommit < this.#settings.pollsPerCommit) {
      host.poll();
      return;
    }
    this.#commitProcessed();
  }

  #commitProcessed(): void {
    const host = this.#host;
    this.#pollsSinceCommit = 0;
    this.#commit([...this.#processed.values()], () => host.poll());
  }

  #commit(offsets: readonly ConsumedOffset[], then: () => void): void {
    this.#host.commit(offsets, this.#settings.commit === 'after-processing', (error) => {
      if (error === 'NONE' && offsets.length > 0) this.#processed.clear();
      then();
    });
  }

  /** `for (record : records) { process(record); consumer.commitSync(); }` */
  #workOnEach(records: readonly ConsumerRecord[], index: number): void {
    const host = this.#host;
    const record = records[index];
    if (record === undefined) host.poll();
    else
      host.work([record], () =>
        host.commit(host.consumer.consumed(), false, () => this.#workOnEach(records, index + 1)),
      );
  }

  #commitFirst(records: readonly ConsumerRecord[]): void {
    const host = this.#host;
    host.commit(endsOf(records), false, (error) => {
      if (error === 'NONE') {
        host.work(records, () => host.poll());
        return;
      }
      host.goBack(startsOf(records));
      host.poll();
    });
  }
}
