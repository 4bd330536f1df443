/**
 * Hands out producer ids on a broker from blocks that the controller allocates (KIP-730;
 * org.apache.kafka.coordinator.transaction.RPCProducerIdManager). The next block is requested when nine tenths of the
 * current one are used. After a crash the rest of a block is never used.
 */
import type { Env } from '../env.js';
import type { Observer } from '../observer.js';
import type { AllocateProducerIdsResponse } from '../protocol/apis/67-allocate-producer-ids.js';

export interface ProducerIdAllocator {
  readonly brokerEpoch: number;
  sendToController(
    apiName: 'AllocateProducerIds',
    body: { readonly brokerId: number; readonly brokerEpoch: number },
    done: (response: AllocateProducerIdsResponse) => void,
  ): void;
}

const RETRY_BACKOFF_MICROS = 50_000;
const PREFETCH_TENTHS = 9;

export class ProducerIdSource {
  readonly #env: Env;
  readonly #brokerId: number;
  readonly #allocator: ProducerIdAllocator;
  readonly #observer: Observer | null;
  readonly #waiting: ((producerId: number) => void)[] = [];
  #next = 0;
  #end = 0;
  #prefetchAt = 0;
  #following: { readonly start: number; readonly length: number } | null = null;
  #isFetching = false;

  constructor(env: Env, brokerId: number, allocator: ProducerIdAllocator, observer: Observer | null) {
    this.#env = env;
    this.#brokerId = brokerId;
    this.#allocator = allocator;
    this.#observer = observer;
  }

  /** Calls `done` with a unique id: at once if one is available, else when the controller has answered. */
  next(done: (producerId: number) => void): void {
    if (this.#next === this.#end) this.#turnToNextBlock();
    if (this.#next < this.#end) {
      const producerId = this.#next;
      this.#next += 1;
      if (this.#next >= this.#prefetchAt) this.#fetch();
      done(producerId);
      return;
    }
    this.#waiting.push(done);
    this.#fetch();
  }

  #turnToNextBlock(): void {
    if (this.#following === null) return;
    const { start, length } = this.#following;
    this.#following = null;
    this.#next = start;
    this.#end = start + length;
    this.#prefetchAt = start + Math.floor((length * PREFETCH_TENTHS) / 10);
  }

  #fetch(): void {
    if (this.#isFetching || this.#following !== null) return;
    this.#isFetching = true;
    const body = { brokerId: this.#brokerId, brokerEpoch: this.#allocator.brokerEpoch };
    this.#allocator.sendToController('AllocateProducerIds', body, (response) => {
      if (response.errorCode !== 'NONE') {
        this.#env.timers.schedule(RETRY_BACKOFF_MICROS, () => {
          this.#isFetching = false;
          this.#fetch();
        });
        return;
      }
      this.#isFetching = false;
      this.#observer?.broker?.producerIdsGiven(response.producerIdStart, response.producerIdLen);
      this.#following = { start: response.producerIdStart, length: response.producerIdLen };
      for (const done of this.#waiting.splice(0)) this.next(done);
    });
  }
}
