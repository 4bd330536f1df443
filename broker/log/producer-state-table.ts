import * as batch from '../protocol/record-batch.js';
import type { ProducerState, RememberedBatch, SequenceVerdict } from '../rules/log/check-sequence.js';
import type { LogRules } from '../rules/log/index.js';

interface MutableProducerState extends ProducerState {
  producerEpoch: number;
  batches: RememberedBatch[];
}

const ACCEPT: SequenceVerdict = { kind: 'accept' };

/**
 * What one replica knows of idempotent producers (KIP-98): for each producer id its epoch and its last batches. It is
 * wholly implied by the log: `note` is called with every batch in offset order, at append and when the log is read
 * again. Producers idle for long are forgotten by `removeExpired`.
 */
export class ProducerStateTable {
  readonly #rules: LogRules;
  readonly #producers = new Map<number, MutableProducerState>();

  constructor(rules: LogRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#producers.size;
  }

  get(producerId: number): ProducerState | null {
    return this.#producers.get(producerId) ?? null;
  }

  *[Symbol.iterator](): Generator<ProducerState, void> {
    yield* this.#producers.values();
  }

  /** What to do with the batch at `position`; changes nothing. */
  check(bytes: Uint8Array, position: number, role: 'leader' | 'follower'): SequenceVerdict {
    const producerId = batch.producerId(bytes, position);
    if (producerId < 0 || batch.isControlBatch(bytes, position) || !this.#rules.validatesSequence({ role }))
      return ACCEPT;
    const baseSequence = batch.baseSequence(bytes, position);
    return this.#rules.checkSequence({
      producerId,
      producerEpoch: batch.producerEpoch(bytes, position),
      baseSequence,
      lastSequence: this.#lastSequence(bytes, position, baseSequence),
      state: this.#producers.get(producerId) ?? null,
      role,
    });
  }

  /** The batch at `position`, with its offsets, is in the log now. */
  note(bytes: Uint8Array, position: number): void {
    const producerId = batch.producerId(bytes, position);
    if (producerId < 0 || batch.isControlBatch(bytes, position)) return;
    const baseSequence = batch.baseSequence(bytes, position);
    const baseOffset = batch.baseOffset(bytes, position);
    const remembered: RememberedBatch = {
      baseSequence,
      lastSequence: this.#lastSequence(bytes, position, baseSequence),
      baseOffset,
      lastOffset: baseOffset + batch.lastOffsetDelta(bytes, position),
      timestamp: batch.maxTimestamp(bytes, position),
    };
    const producerEpoch = batch.producerEpoch(bytes, position);
    const state = this.#producers.get(producerId);
    if (state === undefined) {
      this.#producers.set(producerId, { producerId, producerEpoch, batches: [remembered] });
    } else if (state.producerEpoch !== producerEpoch) {
      state.producerEpoch = producerEpoch;
      state.batches = [remembered];
    } else {
      state.batches.push(remembered);
      const kept = Math.max(1, this.#rules.producerBatchesKept());
      while (state.batches.length > kept) state.batches.shift();
    }
  }

  removeExpired(nowMillis: number, expirationMillis: number): void {
    for (const state of this.#producers.values()) {
      const lastTimestamp = state.batches[state.batches.length - 1]!.timestamp;
      if (this.#rules.isProducerExpired({ nowMillis, lastTimestamp, expirationMillis })) {
        this.#producers.delete(state.producerId);
      }
    }
  }

  clear(): void {
    this.#producers.clear();
  }

  #lastSequence(bytes: Uint8Array, position: number, baseSequence: number): number {
    return this.#rules.lastSequenceOf({
      baseSequence,
      lastOffsetDelta: batch.lastOffsetDelta(bytes, position),
    });
  }
}
