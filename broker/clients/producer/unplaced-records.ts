/**
 * Records whose topic or partition no broker has described yet, in the order of their sends. Each record
 * waits up to `max.block.ms` and then fails with TimeoutException; such a record was never sent.
 */
import type { Env, TimerHandle } from '../../env.js';
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import type { SendError } from '../rules/acknowledgement.js';
import type { ProducerRecord, SendCallback } from './producer-record.js';

interface Unplaced {
  readonly record: ProducerRecord;
  readonly callback: SendCallback;
  readonly deadline: number;
}

export class UnplacedRecords {
  readonly #env: Env;
  readonly #patienceMicros: number;
  #records: Unplaced[] = [];
  #whenEmpty: (() => void)[] = [];
  #timer: TimerHandle | null = null;

  constructor(env: Env, patienceMs: number) {
    this.#env = env;
    this.#patienceMicros = patienceMs * 1_000;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  add(record: ProducerRecord, callback: SendCallback): void {
    this.#records.push({
      record,
      callback,
      deadline: this.#env.clock.monotonicMicros() + this.#patienceMicros,
    });
    if (this.#timer === null) this.#timer = this.#env.timers.schedule(this.#patienceMicros, this.#onTimer);
  }

  whenEmpty(done: () => void): void {
    this.#whenEmpty.push(done);
  }

  placeWhere(
    isPlaceable: (record: ProducerRecord) => boolean,
    place: (record: ProducerRecord, callback: SendCallback) => void,
  ): void {
    if (this.#records.length === 0) return;
    const waiting = this.#records;
    this.#records = [];
    for (const unplaced of waiting) {
      if (isPlaceable(unplaced.record)) place(unplaced.record, unplaced.callback);
      else this.#records.push(unplaced);
    }
    this.#tellWhenEmpty();
  }

  refuseAll(error: SendError): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#refuseUntil(Number.POSITIVE_INFINITY, error);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    const now = this.#env.clock.monotonicMicros();
    this.#refuseUntil(now, 'TimeoutException');
    const oldest = this.#records[0];
    if (oldest !== undefined && this.#timer === null) {
      this.#timer = this.#env.timers.schedule(Math.max(0, oldest.deadline - now), this.#onTimer);
    }
  };

  #refuseUntil(time: number, error: SendError): void {
    const count = this.#records.findIndex(({ deadline }) => deadline > time);
    const refused = this.#records.splice(0, count < 0 ? this.#records.length : count);
    for (const { record, callback } of refused) {
      callback({
        ok: false,
        topic: record.topic,
        topicId: ZERO_UUID,
        partition: record.partition ?? -1,
        uncertainIn: [],
        error,
        ambiguous: false,
      });
    }
    this.#tellWhenEmpty();
  }

  #tellWhenEmpty(): void {
    if (this.#records.length > 0) return;
    const told = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const done of told) done();
  }
}
