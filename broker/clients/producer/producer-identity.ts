/**
 * The producer id and epoch of an idempotent producer. The producer requests them once from any broker
 * (InitProducerId). When a partition needs fresh sequences, the producer raises the epoch itself, without a
 * request (KIP-360). When the epoch is exhausted, the producer requests a new id.
 */
import type { Env, TimerHandle } from '../../env.js';
import type { ExponentialBackoff } from '../../protocol/exponential-backoff.js';
import type { RpcResult } from '../../protocol/rpc-client.js';
import type { BrokerConnections } from '../broker-connections.js';

const MAX_EPOCH = 0x7fff;

export class ProducerIdentity {
  producerId = -1;
  producerEpoch = -1;
  readonly #env: Env;
  readonly #connections: BrokerConnections;
  readonly #backoff: ExponentialBackoff;
  readonly #onReady: () => void;
  #isInFlight = false;
  #failures = 0;
  #timer: TimerHandle | null = null;

  constructor(env: Env, connections: BrokerConnections, backoff: ExponentialBackoff, onReady: () => void) {
    this.#env = env;
    this.#connections = connections;
    this.#backoff = backoff;
    this.#onReady = onReady;
  }

  get isKnown(): boolean {
    return this.producerId >= 0;
  }

  bumpEpoch(): void {
    if (this.producerEpoch < MAX_EPOCH) this.producerEpoch += 1;
    else {
      this.producerId = -1;
      this.producerEpoch = -1;
    }
  }

  /**
   * Requests an id unless the producer has one or a request is under way. Called again when a connection
   * opens.
   */
  ensure(): void {
    if (this.isKnown || this.#isInFlight || this.#timer !== null) return;
    const now = this.#env.clock.monotonicMicros();
    const broker = this.#connections.leastLoaded(now);
    if (broker === null) {
      this.#retryLater();
      return;
    }
    if (!this.#connections.isReady(broker, now)) return;
    this.#isInFlight = true;
    const body = {
      transactionalId: null,
      transactionTimeoutMs: 0x7fff_ffff,
      producerId: -1,
      producerEpoch: -1,
      enable2Pc: false,
      keepPreparedTxn: false,
    };
    broker.rpc.send('InitProducerId', body, this.#onAnswer);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  readonly #onAnswer = (result: RpcResult<'InitProducerId'>): void => {
    this.#isInFlight = false;
    if (result.ok && result.body.errorCode === 'NONE') {
      this.#failures = 0;
      this.producerId = result.body.producerId;
      this.producerEpoch = result.body.producerEpoch;
      this.#onReady();
    } else this.#retryLater();
  };

  #retryLater(): void {
    const delay = this.#backoff.micros(this.#failures);
    this.#failures += 1;
    this.#timer = this.#env.timers.schedule(delay, () => {
      this.#timer = null;
      this.ensure();
    });
  }
}
