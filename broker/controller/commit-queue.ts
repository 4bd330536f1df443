/**
 * What waits for the high watermark, in order (org.apache.kafka.deferred.DeferredEventQueue): answers to requests, and
 * changes that an onlooker is told of only once they are committed.
 */

import type { BrokerDelta, MetadataDelta, PartitionDelta } from '../metadata/metadata-delta.js';
import type { Observer } from '../observer.js';

interface Waiting {
  readonly endOffset: number;
  readonly run: () => void;
}

export class CommitQueue {
  readonly #observer: Observer | null;
  #waiting: Waiting[] = [];
  #isAdvancing = false;

  constructor(observer: Observer | null) {
    this.#observer = observer;
  }

  /** The onlooker hears of this change when it is committed. */
  push(delta: MetadataDelta): void {
    const observer = this.#observer;
    if (observer !== null)
      this.#waiting.push({ endOffset: delta.endOffset, run: tell.bind(null, observer, delta) });
  }

  whenCommitted(endOffset: number, run: () => void): void {
    this.#waiting.push({ endOffset, run });
  }

  advance(highWatermark: number): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    let next = this.#waiting[0];
    while (next !== undefined && next.endOffset <= highWatermark) {
      this.#waiting.shift();
      next.run();
      next = this.#waiting[0];
    }
    this.#isAdvancing = false;
  }
}

function tell(observer: Observer, delta: MetadataDelta): void {
  for (const change of delta.brokers.values()) tellOfBroker(observer, change);
  for (const change of delta.partitions.values()) tellOfPartition(observer, change);
}

function tellOfBroker(observer: Observer, { previous, current }: BrokerDelta): void {
  const { brokerId, brokerEpoch } = current;
  const isNew = previous?.brokerEpoch !== brokerEpoch;
  if (isNew) observer.brokerChanged(brokerId, brokerEpoch, 'registered');
  if (current.inControlledShutdown && !(previous?.inControlledShutdown ?? false)) {
    observer.brokerChanged(brokerId, brokerEpoch, 'shutting-down');
  }
  const wasFenced = isNew || (previous?.fenced ?? true);
  if (wasFenced !== current.fenced)
    observer.brokerChanged(brokerId, brokerEpoch, current.fenced ? 'fenced' : 'unfenced');
}

/** Unclean by the facts, whatever the election called itself: the new leader was not in the ISR. */
function tellOfPartition(observer: Observer, { previous, current }: PartitionDelta): void {
  const { leader, leaderEpoch, isr, replicas, partitionEpoch } = current;
  const isElected = previous !== null && leader >= 0 && leader !== previous.leader;
  const unclean = isElected && !previous.isr.includes(leader);
  if (isElected) observer.mark('leader elected');
  if (previous !== null && leader < 0 && previous.leader >= 0) observer.mark('partition without leader');
  observer.partitionChanged(current.name, { leader, leaderEpoch, isr, replicas, partitionEpoch, unclean });
}
