/**
 * Keeps `ClusterMetadata` fresh. A refresh is due on request (after an error that suggests a changed
 * leader, or for a topic that no broker has described yet) and every `metadata.max.age.ms`. One request at
 * a time, at least `retry.backoff.ms` apart.
 */
import type { Env, TimerHandle } from '../env.js';
import type { MetadataResponse } from '../protocol/apis/03-metadata.js';
import type { ExponentialBackoff } from '../protocol/exponential-backoff.js';
import type { RpcResult } from '../protocol/rpc-client.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { BrokerConnections } from './broker-connections.js';
import type { ClusterMetadata } from './cluster-metadata.js';

export interface MetadataRefresherOptions {
  readonly maxAgeMs: number;
  readonly backoff: ExponentialBackoff;
  readonly onUpdate: () => void;
}

export class MetadataRefresher {
  readonly #env: Env;
  readonly #metadata: ClusterMetadata;
  readonly #connections: BrokerConnections;
  readonly #options: MetadataRefresherOptions;
  readonly #topics = new Set<string>();
  #wantsAllTopics = false;
  #isNeeded = false;
  #isInFlight = false;
  #isClosed = false;
  #failures = 0;
  #notBefore = 0;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle | null = null;
  #timerAt = 0;

  constructor(
    env: Env,
    metadata: ClusterMetadata,
    connections: BrokerConnections,
    options: MetadataRefresherOptions,
  ) {
    this.#env = env;
    this.#metadata = metadata;
    this.#connections = connections;
    this.#options = options;
  }

  addTopic(topic: string): void {
    if (this.#topics.has(topic)) return;
    this.#topics.add(topic);
    this.request();
  }

  /** A subscription by pattern: every topic of the cluster is asked for. */
  wantAllTopics(): void {
    if (this.#wantsAllTopics) return;
    this.#wantsAllTopics = true;
    this.request();
  }

  request(): void {
    if (this.#isNeeded) return;
    this.#isNeeded = true;
    this.#arm(this.#notBefore);
  }

  /** A connection opened or ended; a request that waited for one may be sent now. */
  onConnectionChange(): void {
    if (!this.#isInFlight && this.#isNeeded) this.#arm(this.#notBefore);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(at: number): void {
    if (this.#isClosed || this.#isInFlight) return;
    if (this.#timer !== null && this.#timerAt <= at) return;
    this.#timer?.cancel();
    this.#timerAt = at;
    const delay = Math.max(0, at - this.#env.clock.monotonicMicros());
    this.#timer = this.#env.timers.schedule(delay, this.#onTimer);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    const now = this.#env.clock.monotonicMicros();
    const expiresAt = this.#refreshedAt + this.#options.maxAgeMs * 1_000;
    if (!this.#isNeeded && now < expiresAt) this.#arm(expiresAt);
    else if (now < this.#notBefore) this.#arm(this.#notBefore);
    else this.#ask(now);
  };

  #ask(now: number): void {
    this.#isNeeded = true;
    const broker = this.#connections.leastLoaded(now);
    if (broker === null) {
      this.#arm(now + this.#options.backoff.micros(0));
      return;
    }
    // A new connection calls `onConnectionChange`, which returns here.
    if (!this.#connections.isReady(broker, now)) return;
    this.#isNeeded = false;
    this.#isInFlight = true;
    this.#notBefore = now + this.#options.backoff.micros(this.#failures);
    const topics = this.#wantsAllTopics
      ? null
      : [...this.#topics].map((name) => ({ topicId: ZERO_UUID, name }));
    const body = {
      topics,
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    };
    broker.rpc.send('Metadata', body, this.#onAnswer);
  }

  readonly #onAnswer = (result: RpcResult<'Metadata'>): void => {
    if (this.#isClosed) return;
    this.#isInFlight = false;
    if (result.ok && result.body.brokers.length > 0) this.#accept(result.body);
    else {
      this.#failures += 1;
      this.#isNeeded = true;
    }
    this.#arm(this.#isNeeded ? this.#notBefore : this.#refreshedAt + this.#options.maxAgeMs * 1_000);
  };

  #accept(response: MetadataResponse): void {
    this.#refreshedAt = this.#env.clock.monotonicMicros();
    // An answer that leaves a leader unknown counts as a failed attempt, so the back-off between requests
    // grows.
    const isIncomplete = this.#metadata.update(response);
    if (this.#wantsAllTopics) this.#metadata.listTopics(response);
    this.#failures = isIncomplete ? this.#failures + 1 : 0;
    if (isIncomplete) this.#isNeeded = true;
    this.#connections.update(this.#metadata.brokers);
    this.#options.onUpdate();
  }
}
