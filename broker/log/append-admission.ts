import type { TopicConfig } from '../config/definitions.js';
import type { Env } from '../env.js';
import type { Observer } from '../observer.js';
import * as batch from '../protocol/record-batch.js';
import type { LogRules } from '../rules/log/index.js';
import { Appended, type AppendResult, refuse } from './append-result.js';
import { validateFetched } from './append-validation.js';
import type { LogState } from './log-state.js';
import { ProduceValidator } from './produce-validator.js';

/** Decides which batches enter one log, and in which form. After an admission `records` are the batches to append. */
export class AppendAdmission {
  records: Uint8Array = new Uint8Array(0);
  lastOffset = -1;
  /** The fetched batches leave out offsets. */
  hasGap = false;
  readonly #env: Env;
  readonly #rules: LogRules;
  readonly #observer: Observer | null;
  readonly #state: LogState;
  readonly #validator: ProduceValidator;

  constructor(env: Env, rules: LogRules, observer: Observer | null, state: LogState) {
    this.#env = env;
    this.#rules = rules;
    this.#observer = observer;
    this.#state = state;
    this.#validator = new ProduceValidator(state.partition.name);
  }

  /** −1: the timestamps of the batch that a producer sent last are the producer's. */
  get logAppendTimeMs(): number {
    return this.#validator.logAppendTimeMs;
  }

  /** One produced batch. null: admitted. */
  admitProduced(produced: Uint8Array, config: TopicConfig, leaderEpoch: number): AppendResult | null {
    const validator = this.#validator;
    const verifies = this.#verifiesChecksum('leader-append');
    const nowMillis = this.#env.clock.wallMillis();
    const refusal =
      validator.validate(produced, config, nowMillis, verifies) ??
      this.#checkSequence(validator.records, 0, leaderEpoch);
    if (refusal !== null) return refusal;
    this.records = validator.records;
    this.lastOffset = this.#state.logEndOffset + batch.lastOffsetDelta(this.records, 0);
    return null;
  }

  /** Fetched batches; an incomplete last one is left out. null: admitted. */
  admitFetched(fetched: Uint8Array, isCompacted: boolean): AppendResult | null {
    const { logEndOffset, epochs } = this.#state;
    const verifies = this.#verifiesChecksum('follower-append');
    const found = validateFetched(
      fetched,
      logEndOffset,
      epochs.latestEpoch,
      verifies,
      isCompacted,
      this.#rules,
    );
    const valid = found.validBytes === fetched.length ? fetched : fetched.subarray(0, found.validBytes);
    let refusal = found.refusal;
    for (let at = 0; at < valid.length && refusal === null; at += batch.sizeInBytes(valid, at)) {
      refusal = this.#checkSequence(valid, at, null);
    }
    this.records = valid;
    this.lastOffset = found.lastOffset;
    this.hasGap = found.hasGap;
    return refusal;
  }

  #verifiesChecksum(occasion: 'leader-append' | 'follower-append'): boolean {
    const verifies = this.#rules.verifiesChecksum({ occasion });
    if (!verifies) this.#observer?.log?.checksumSkipped(this.#state.partition, this.#state.logEndOffset);
    return verifies;
  }

  /** null: append the batch. `leaderEpoch` null: the append of a follower. */
  #checkSequence(records: Uint8Array, position: number, leaderEpoch: number | null): AppendResult | null {
    const role = leaderEpoch === null ? 'follower' : 'leader';
    const verdict = this.#state.producers.check(records, position, role);
    switch (verdict.kind) {
      case 'accept':
        return null;
      case 'duplicate': {
        // As in Kafka the time of the answer is that of the batch, whichever type it has.
        const { baseOffset, lastOffset, timestamp: logAppendTimeMs } = verdict.batch;
        this.#observer?.mark('duplicate batch recognised');
        return new Appended(baseOffset, lastOffset, logAppendTimeMs, true);
      }
      case 'reject': {
        const producerId = batch.producerId(records, position);
        const producerEpoch = batch.producerEpoch(records, position);
        const baseSequence = batch.baseSequence(records, position);
        const refused = { producerId, producerEpoch, baseSequence };
        if (leaderEpoch !== null)
          this.#observer?.replication?.sequenceRefused(this.#state.partition, refused, leaderEpoch);
        return refuse(verdict.errorCode, `Sequence ${baseSequence} is not accepted`);
      }
      default:
        return verdict satisfies never;
    }
  }
}
