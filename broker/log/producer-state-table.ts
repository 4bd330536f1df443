import * as batch from '../protocol/record-batch.js';
import type { ProducerState, RememberedBatch, SequenceVerdict } from '../rules/log/check-sequence.js';
import type { LogRules } from '../rules/log/index.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface MutableProducerState extends ProducerState {
  producerEpoch: number;
  batches: Mutable<RememberedBatch>[];
}

const ACCEPT: SequenceVerdict = { kind: 'accept' };
const NOTHING_REMEMBERED: RememberedBatch = {
  baseSequence: -1,
  lastSequence: -1,
  baseOffset: -1,
  lastOffset: -1,
  timestamp: -1,
};

/**
 * What one replica remembers of idempotent producers (KIP-98): the epoch and the last batches of each
 * producer id. The log implies the whole table: `note` is called with every batch in offset order, at the
 * append and when the log is read again. `removeExpired` removes producers that were idle for too long.
 */
export class ProducerStateTable {
  readonly #rules: LogRules;
  readonly #producers = new Map<number, MutableProducerState>();
  /**
   * A lower bound of the timestamps of all producers' last batches. Thousands of logs are checked every
   * second, and the bound mostly shows that no producer has expired.
   */
  #oldestTimestamp = Number.POSITIVE_INFINITY;

  constructor(rules: LogRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#producers.size;
  }

  /** The offset after the last remembered batch of any producer; 0: no batch is remembered. */
  get endOffset(): number {
    let endOffset = 0;
    for (const { batches } of this.#producers.values()) {
      for (const { lastOffset } of batches) endOffset = Math.max(endOffset, lastOffset + 1);
    }
    return endOffset;
  }

  get(producerId: number): ProducerState | null {
    return this.#producers.get(producerId) ?? null;
  }

  *[Symbol.iterator](): Generator<ProducerState, void> {
    yield* this.#producers.values();
  }

  /** The verdict on the batch at `position`. Changes nothing. */
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

  /** Notes that the batch at `position`, with its final offsets, is now in the log. */
  note(bytes: Uint8Array, position: number): void {
    const producerId = batch.producerId(bytes, position);
    if (producerId < 0 || batch.isControlBatch(bytes, position)) return;
    const producerEpoch = batch.producerEpoch(bytes, position);
    this.#oldestTimestamp = Math.min(this.#oldestTimestamp, batch.maxTimestamp(bytes, position));
    const state = this.#producers.get(producerId);
    if (state === undefined) {
      const batches = [this.#remember({ ...NOTHING_REMEMBERED }, bytes, position)];
      this.#producers.set(producerId, { producerId, producerEpoch, batches });
    } else if (state.producerEpoch !== producerEpoch) {
      state.producerEpoch = producerEpoch;
      state.batches = [this.#remember({ ...NOTHING_REMEMBERED }, bytes, position)];
    } else {
      const kept = Math.max(1, this.#rules.producerBatchesKept());
      // The object of a forgotten batch is used for the new one, because one is needed for every batch on
      // every replica.
      let forgotten: Mutable<RememberedBatch> | undefined;
      while (state.batches.length >= kept) forgotten = state.batches.shift();
      state.batches.push(this.#remember(forgotten ?? { ...NOTHING_REMEMBERED }, bytes, position));
    }
  }

  #remember(into: Mutable<RememberedBatch>, bytes: Uint8Array, position: number): Mutable<RememberedBatch> {
    const baseSequence = batch.baseSequence(bytes, position);
    const baseOffset = batch.baseOffset(bytes, position);
    into.baseSequence = baseSequence;
    into.lastSequence = this.#lastSequence(bytes, position, baseSequence);
    into.baseOffset = baseOffset;
    into.lastOffset = baseOffset + batch.lastOffsetDelta(bytes, position);
    into.timestamp = batch.maxTimestamp(bytes, position);
    return into;
  }

  /** Adds a producer with its last batch, from a snapshot. */
  restore(producerId: number, producerEpoch: number, last: RememberedBatch): void {
    this.#oldestTimestamp = Math.min(this.#oldestTimestamp, last.timestamp);
    this.#producers.set(producerId, { producerId, producerEpoch, batches: [{ ...last }] });
  }

  /** Adds what `older` remembers and this table does not: producers, and a later last batch of a producer. */
  addOlder(older: ProducerStateTable): void {
    for (const { producerId, producerEpoch, batches } of older.#producers.values()) {
      const last = batches[batches.length - 1]!;
      const known = this.#producers.get(producerId)?.batches;
      if (known === undefined || known[known.length - 1]!.lastOffset < last.lastOffset)
        this.restore(producerId, producerEpoch, last);
    }
  }

  removeExpired(nowMillis: number, expirationMillis: number): void {
    if (this.#producers.size === 0) return;
    const rules = this.#rules;
    const oldest = this.#oldestTimestamp;
    if (!rules.isProducerExpired({ nowMillis, lastTimestamp: oldest, expirationMillis })) return;
    this.#oldestTimestamp = Number.POSITIVE_INFINITY;
    for (const state of this.#producers.values()) {
      const lastTimestamp = state.batches[state.batches.length - 1]!.timestamp;
      if (rules.isProducerExpired({ nowMillis, lastTimestamp, expirationMillis })) {
        this.#producers.delete(state.producerId);
      } else this.#oldestTimestamp = Math.min(this.#oldestTimestamp, lastTimestamp);
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
