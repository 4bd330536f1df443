/** Reports changes of the metadata to the observer once they are committed, in the order of the log. */

import type { BrokerDelta, MetadataDelta, PartitionDelta } from '../metadata/metadata-delta.js';
import type { Observer, ShutdownSummary } from '../observer.js';

/** A broker in controlled shutdown is permitted to stop. The answer leaves once the record that fences the broker is committed. */
interface LetGo {
  readonly brokerId: number;
  readonly state: ShutdownSummary;
}

interface Change {
  readonly delta: MetadataDelta;
  readonly letGo: LetGo | null;
}

export class CommittedChanges {
  readonly #observer: Observer | null;
  readonly #waiting: Change[] = [];
  /** Decided, not appended yet. */
  #letGo: LetGo | null = null;

  constructor(observer: Observer | null) {
    this.#observer = observer;
  }

  add(delta: MetadataDelta): void {
    if (this.#observer === null) return;
    const letGo = this.#letGo;
    this.#letGo = null;
    const isFenced = letGo !== null && delta.brokers.get(letGo.brokerId)?.current.fenced === true;
    this.#waiting.push({ delta, letGo: isFenced ? letGo : null });
  }

  /** The next change to be added fences this broker. */
  letGo(brokerId: number, state: ShutdownSummary): void {
    this.#letGo = { brokerId, state };
  }

  committedTo(offset: number): void {
    const observer = this.#observer;
    if (observer === null) return;
    for (
      let next = this.#waiting[0];
      next !== undefined && next.delta.endOffset <= offset;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      const { delta, letGo } = next;
      if (letGo !== null) observer.controller?.brokerLetGo(letGo.brokerId, letGo.state);
      tell(observer, delta);
    }
  }
}

function tell(observer: Observer, delta: MetadataDelta): void {
  for (const change of delta.brokers.values()) tellOfBroker(observer, change);
  for (const { topicId } of delta.removedTopics) observer.controller?.topicDeleted(topicId);
  for (const change of delta.partitions.values()) tellOfPartition(observer, change);
}

function tellOfBroker(observer: Observer, { previous, current }: BrokerDelta): void {
  const { brokerId, brokerEpoch } = current;
  const isNew = previous?.brokerEpoch !== brokerEpoch;
  if (isNew) observer.controller?.brokerChanged(brokerId, brokerEpoch, 'registered');
  if (current.inControlledShutdown && !(previous?.inControlledShutdown ?? false)) {
    observer.controller?.brokerChanged(brokerId, brokerEpoch, 'shutting-down');
  }
  const wasFenced = isNew || (previous?.fenced ?? true);
  if (wasFenced !== current.fenced)
    observer.controller?.brokerChanged(brokerId, brokerEpoch, current.fenced ? 'fenced' : 'unfenced');
}

/** An election is unclean if the new leader was not in the ISR, whatever kind of election was requested. */
function tellOfPartition(observer: Observer, { previous, current }: PartitionDelta): void {
  const { leader, leaderEpoch, isr, replicas, partitionEpoch } = current;
  const isElected = previous !== null && leader >= 0 && leader !== previous.leader;
  const unclean = isElected && !previous.isr.includes(leader);
  if (isElected) observer.mark('leader elected');
  if (previous !== null && leader < 0 && previous.leader >= 0) observer.mark('partition without leader');
  observer.controller?.partitionChanged(current.id, {
    leader,
    leaderEpoch,
    isr,
    replicas,
    partitionEpoch,
    unclean,
  });
}
