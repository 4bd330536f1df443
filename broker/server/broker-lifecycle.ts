/**
 * The states of a broker in its cluster (KIP-631; kafka.server.BrokerLifecycleManager):
 *
 *   starting ──(the controller says: caught up)──▶ recovery ──(unfenced)──▶ running
 *   running ──(controlledShutdown)──▶ pending-controlled-shutdown ──(the controller lets it go)──▶ shutting-down
 *
 * - Each start of the process is a new incarnation with its own id. The controller answers its registration with a
 *   broker epoch. If the answer is lost, the registration is repeated with the same incarnation id.
 * - The broker sees metadata (`onMetadata`) only once it includes this registration, first as one delta from nothing.
 *   The broker must not lead, even for an instant, what its former incarnation led.
 * - The broker stays fenced until `readyToUnfence`, and sends heartbeats in the meantime. A broker that is fenced
 *   again still follows the metadata, and its next heartbeat unfences it.
 * - A heartbeat refused with STALE_BROKER_EPOCH is repeated with back-off, as in Kafka. If the image then shows a
 *   newer registration of this broker id, that registration was a late request of an earlier incarnation, and the
 *   broker registers again. Kafka's broker would never be unfenced again.
 */

import type { Properties, ServerConfig } from '../config/definitions.js';
import type { Address, Env, TimerHandle } from '../env.js';
import { MetadataDelta } from '../metadata/metadata-delta.js';
import { MetadataImage, MetadataReplayError } from '../metadata/metadata-image.js';
import type { BrokerHeartbeatResponse } from '../protocol/apis/63-broker-heartbeat.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ApiName } from '../protocol/frame.js';
import type { MetadataBatch } from '../protocol/metadata-log-batch.js';
import { uuidOf } from '../protocol/schema/uuid.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { ControllerChannel, type ControllerResult } from './controller-channel.js';
import { Forwarder } from './forwarder.js';
import { MetadataFollower } from './metadata-follower.js';

export interface BrokerLifecycleOptions {
  readonly brokerId: number;
  readonly clusterId: string;
  /** The address that clients and other brokers get. */
  readonly listener: Address & { readonly name: string; readonly securityProtocol: number };
  readonly controllers: readonly Address[];
  /** The ids of the log directories. */
  readonly logDirs: readonly string[];
  readonly config: ServerConfig;
  /** See MetadataImage. */
  readonly topicDefaults: Properties;
  readonly rules: Pick<ControllerRules, 'acceptMetadataBatch' | 'nextLeaderEpoch'>;
  /** The broker epoch in the clean shutdown file; −1 after an unclean shutdown. */
  readonly previousBrokerEpoch: number;
  /** Called with committed metadata, in order. The first call brings everything. */
  readonly onMetadata: (image: MetadataImage, delta: MetadataDelta) => void;
  /** Called when the controller unfences this incarnation for the first time. */
  readonly onUnfenced?: () => void;
}

export type BrokerState =
  | 'starting'
  | 'recovery'
  | 'running'
  | 'pending-controlled-shutdown'
  | 'shutting-down';

/** The heartbeat interval while starting: short, because the broker waits to learn that it has caught up. */
const STARTING_INTERVAL_MICROS = 10_000;
const SHUTDOWN_INTERVAL_MICROS = 50_000;
const BACKOFF_MS = 100;
/** controller.socket.timeout.ms */
const CONTROLLER_TIMEOUT_MICROS = 30_000_000;

const NO_LOG_DIRS: readonly string[] = [];

export class BrokerLifecycle {
  readonly image: MetadataImage;
  readonly incarnationId: string;
  readonly forwarder: Forwarder;
  readonly #env: Env;
  readonly #options: BrokerLifecycleOptions;
  readonly #heartbeats: ControllerChannel;
  readonly #requests: ControllerChannel;
  readonly #follower: MetadataFollower;
  #state: BrokerState = 'starting';
  #brokerEpoch = -1;
  /**
   * The controller has another incarnation registered under this broker id. That registration was a late request of
   * an earlier incarnation, because this incarnation is running.
   */
  #isDisplaced = false;
  #isReadyToUnfence = false;
  #isInFlight = false;
  #isNextImmediate = false;
  #gotShutdownResponse = false;
  #failures = 0;
  #timer: TimerHandle | null = null;
  #registrationDeadline: TimerHandle | null = null;
  #highWatermark = -1;
  /** Changes applied to the image but not shown yet; null once all are shown. */
  #unshown: MetadataDelta | null = new MetadataDelta(0);
  #onShutDown: (() => void) | null = null;

  constructor(env: Env, options: BrokerLifecycleOptions) {
    const { brokerId, clusterId, controllers, config, rules, topicDefaults } = options;
    this.#env = env;
    this.#options = options;
    this.incarnationId = newIncarnationId(env);
    this.image = new MetadataImage({ rules, nodeId: brokerId, topicDefaults });
    this.#heartbeats = new ControllerChannel(env, {
      controllers,
      clientId: `heartbeat-${brokerId}`,
      requestTimeoutMicros: Math.max(1, Math.floor(config['broker.session.timeout.ms'] / 2)) * 1_000,
    });
    this.#requests = new ControllerChannel(env, {
      controllers,
      clientId: `broker-${brokerId}`,
      requestTimeoutMicros: CONTROLLER_TIMEOUT_MICROS,
    });
    this.forwarder = new Forwarder(env, this.#requests);
    this.#follower = new MetadataFollower(env, {
      brokerId,
      clusterId,
      controllers,
      requestTimeoutMicros: config['controller.quorum.request.timeout.ms'] * 1_000,
      rules,
      image: this.image,
      onFetched: (batches, highWatermark) => this.#onFetched(batches, highWatermark),
    });
  }

  get state(): BrokerState {
    return this.#state;
  }

  /** −1 until registered. */
  get brokerEpoch(): number {
    return this.#brokerEpoch;
  }

  start(): void {
    const timeoutMs = this.#options.config['initial.broker.registration.timeout.ms'];
    this.#registrationDeadline = this.#env.timers.schedule(timeoutMs * 1_000, () => {
      this.#env.halt('unable to register with the controller quorum');
    });
    this.#follower.start();
    this.#communicate();
  }

  /** The logs are recovered and the first metadata is applied, so the broker may serve. */
  readyToUnfence(): void {
    this.#isReadyToUnfence = true;
    this.#communicateIn(0);
  }

  /**
   * Asks the controller to move the leaderships away. `done` is called when the controller permits the broker to
   * stop, or at once if the broker leads nothing yet. Metadata is followed until `stop`.
   */
  controlledShutdown(done: () => void): void {
    this.#onShutDown = done;
    if (this.#state === 'pending-controlled-shutdown') return;
    if (this.#state !== 'running') {
      this.#shutDown();
      return;
    }
    this.#state = 'pending-controlled-shutdown';
    this.#communicateIn(0);
  }

  stop(): void {
    this.#state = 'shutting-down';
    this.#onShutDown = null;
    this.#timer?.cancel();
    this.#registrationDeadline?.cancel();
    this.#follower.stop();
    this.#heartbeats.close();
    this.#requests.close();
  }

  /** Sends again after every failure of the connection until the controller answers. Sends nothing after `stop`. */
  sendToController<A extends ApiName>(
    apiName: A,
    body: RequestBodies[A],
    done: (response: ResponseBodies[A]) => void,
  ): void {
    this.#requests.sendUntilAnswered(apiName, body, done);
  }

  #onFetched(batches: readonly MetadataBatch[], highWatermark: number): void {
    this.#highWatermark = highWatermark;
    const delta = batches.length > 0 ? this.#apply(batches) : null;
    if (delta === null && batches.length > 0) return;
    if (this.#unshown !== null) this.#showFirst();
    else if (delta !== null) this.#options.onMetadata(this.image, delta);
  }

  /** null: the process has ended, because the controller serves another log than before. */
  #apply(batches: readonly MetadataBatch[]): MetadataDelta | null {
    try {
      return this.image.apply(batches, this.#unshown ?? undefined);
    } catch (error) {
      if (!(error instanceof MetadataReplayError)) throw error;
      this.#env.halt(`the metadata log diverged: ${error.message}`);
      return null;
    }
  }

  /**
   * Shows the first metadata, once the controller has confirmed that the image has caught up and the image reaches
   * the known high watermark.
   */
  #showFirst(): void {
    const delta = this.#unshown;
    if (delta === null || this.#state === 'starting') return;
    if (this.#highWatermark < 0 || this.image.endOffset < this.#highWatermark) return;
    this.#unshown = null;
    this.#options.onMetadata(this.image, delta);
  }

  #communicate(): void {
    this.#timer = null;
    if (this.#isInFlight) {
      this.#isNextImmediate = true;
      return;
    }
    this.#isInFlight = true;
    if (this.#brokerEpoch === -1 || this.#isDisplaced) this.#register();
    else this.#heartbeat();
  }

  #register(): void {
    const { brokerId, clusterId, listener, previousBrokerEpoch } = this.#options;
    const body = {
      brokerId,
      clusterId,
      incarnationId: this.incarnationId,
      listeners: [listener],
      features: [],
      rack: null,
      isMigratingZkBroker: false,
      logDirs: this.#options.logDirs,
      previousBrokerEpoch,
    };
    this.#heartbeats.send('BrokerRegistration', body, (result) => {
      this.#isInFlight = false;
      if (!result.ok || result.body.errorCode !== 'NONE') {
        const reason = result.ok ? result.body.errorCode : result.failure;
        if (this.#env.logger.enabled)
          this.#env.logger.log('info', 'Unable to register', { brokerId, reason });
        this.#communicateAfterFailure();
        return;
      }
      this.#failures = 0;
      this.#isDisplaced = false;
      this.#brokerEpoch = result.body.brokerEpoch;
      if (this.#env.logger.enabled) {
        this.#env.logger.log('info', 'Registered', { brokerEpoch: this.#brokerEpoch });
      }
      this.#registrationDeadline?.cancel();
      this.#communicateIn(0);
    });
  }

  #heartbeat(): void {
    const body = {
      brokerId: this.#options.brokerId,
      brokerEpoch: this.#brokerEpoch,
      currentMetadataOffset: this.image.endOffset - 1,
      wantFence: !this.#isReadyToUnfence,
      wantShutDown: this.#state === 'pending-controlled-shutdown',
      offlineLogDirs: NO_LOG_DIRS,
      cordonedLogDirs: null,
    };
    this.#heartbeats.send('BrokerHeartbeat', body, this.#onHeartbeatResult.bind(this));
  }

  #onHeartbeatResult(result: ControllerResult<'BrokerHeartbeat'>): void {
    this.#isInFlight = false;
    if (result.ok && result.body.errorCode === 'NONE') {
      this.#failures = 0;
      this.#onHeartbeat(result.body);
      return;
    }
    const reason = result.ok ? result.body.errorCode : result.failure;
    if (this.#env.logger.enabled) this.#env.logger.log('warn', 'Heartbeat failed', { reason });
    // Kafka's broker would repeat heartbeats with an old broker epoch and never be unfenced again.
    const registered = this.image.brokers.get(this.#options.brokerId)?.brokerEpoch ?? -1;
    this.#isDisplaced = reason === 'STALE_BROKER_EPOCH' && registered > this.#brokerEpoch;
    this.#communicateAfterFailure();
  }

  #onHeartbeat(response: BrokerHeartbeatResponse): void {
    const intervalMicros = this.#options.config['broker.heartbeat.interval.ms'] * 1_000;
    switch (this.#state) {
      case 'starting':
        this.#communicateIn(STARTING_INTERVAL_MICROS);
        if (response.isCaughtUp) {
          this.#state = 'recovery';
          this.#showFirst();
        }
        return;
      case 'recovery':
        this.#communicateIn(intervalMicros);
        if (response.isFenced) return;
        this.#state = 'running';
        if (this.#env.logger.enabled) this.#env.logger.log('info', 'Unfenced');
        this.#options.onUnfenced?.();
        return;
      case 'running':
        this.#communicateIn(intervalMicros);
        return;
      case 'pending-controlled-shutdown':
        if (response.shouldShutDown) this.#shutDown();
        else this.#communicateIn(this.#gotShutdownResponse ? intervalMicros : SHUTDOWN_INTERVAL_MICROS);
        this.#gotShutdownResponse = true;
        return;
      case 'shutting-down':
        return;
      default: {
        const unknown: never = this.#state;
        throw new Error(`unknown broker state ${unknown}`);
      }
    }
  }

  #shutDown(): void {
    this.#state = 'shutting-down';
    this.#timer?.cancel();
    this.#timer = null;
    this.#registrationDeadline?.cancel();
    const done = this.#onShutDown;
    this.#onShutDown = null;
    if (done !== null) this.#env.timers.schedule(0, done);
  }

  /**
   * The back-off doubles from 100 ms up to the session timeout, ±2 %
   * (org.apache.kafka.common.utils.ExponentialBackoff).
   */
  #communicateAfterFailure(): void {
    const maxMs = this.#options.config['broker.session.timeout.ms'];
    const delayMs = Math.min(BACKOFF_MS * 2 ** Math.min(this.#failures, 20), maxMs);
    this.#failures += 1;
    this.#isNextImmediate = false;
    const permille = 980 + this.#env.random('broker-lifecycle/backoff').nextInt(41);
    this.#communicateIn(delayMs * permille);
  }

  #communicateIn(delayMicros: number): void {
    if (this.#state === 'shutting-down') return;
    this.#timer?.cancel();
    const delay = this.#isNextImmediate ? 0 : delayMicros;
    this.#isNextImmediate = false;
    this.#timer = this.#env.timers.schedule(delay, this.#communicate.bind(this));
  }
}

/**
 * A random id that contains the start time. It differs from the ids of earlier starts even if the random stream
 * repeats.
 */
function newIncarnationId(env: Env): string {
  const random = env.random('broker-lifecycle/incarnation');
  const micros = env.clock.monotonicMicros();
  const millis = env.clock.wallMillis();
  return uuidOf([random.nextInt(2 ** 31), random.nextInt(2 ** 31), micros % 2 ** 32, millis % 2 ** 32]);
}
