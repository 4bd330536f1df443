/**
 * A broker process: its start, its service and its stop (kafka.server.BrokerServer).
 *
 * Start: remove the clean shutdown marker; open every log found; register; serve once the first metadata is applied,
 * then ask to be unfenced. `stop` first moves leaderships away (KIP-631 controlled shutdown), then flushes,
 * checkpoints, and writes the marker if every log had been opened (KAFKA-15375). A `stop` before that opens no
 * further log. A crash does none of this.
 */

import {
  type Properties,
  resolveServerConfig,
  resolveTopicConfig,
  type ServerConfig,
} from '../config/definitions.js';
import { splitProperties } from '../config/topic-synonyms.js';
import type { Address, Env } from '../env.js';
import { GroupCoordinator, type GroupOffset } from '../groups/group-coordinator.js';
import type { Observer } from '../observer.js';
import { type AnswerRules, answeringErrors } from '../protocol/answered-errors.js';
import { ConnectionQuotas, connectionLimits } from '../protocol/connection-quotas.js';
import { serveRpc } from '../protocol/rpc-server.js';
import { SaslGuard, type SaslMechanisms } from '../protocol/sasl.js';
import { BrokerCounters } from '../replication/broker-counters.js';
import { FetchSessionCache } from '../replication/fetch-session.js';
import { IsrProposals } from '../replication/isr-proposals.js';
import { LogDirectory } from '../replication/log-directory.js';
import { ReplicaFetchers } from '../replication/replica-fetchers.js';
import { ReplicaTable } from '../replication/replica-table.js';
import type { ReplicationContext } from '../replication/replication-context.js';
import { Wakeups } from '../replication/wakeups.js';
import type { BrokerRules } from '../rules/index.js';
import { BrokerLifecycle } from './broker-lifecycle.js';
import { dispatchTo } from './dispatch.js';
import { OffsetsTopic } from './offsets-topic.js';
import { ProducerIdSource } from './producer-id-source.js';
import { TopicCreator } from './topic-creator.js';

/** The listener for clients where it is not the listener for brokers. */
export interface ClientListener {
  /** The name in `listeners`. */
  readonly name: string;
  /** The id of org.apache.kafka.common.security.auth.SecurityProtocol. */
  readonly securityProtocol: number;
  /** Null: clients need no authentication. */
  readonly sasl: SaslMechanisms | null;
  /** Where this broker serves the other brokers, without authentication. */
  readonly innerListener: Address;
  /** The inner listener of another broker. */
  readonly innerListenerOf: (brokerId: number) => Address;
}

export interface BrokerOptions {
  readonly brokerId: number;
  readonly clusterId: string;
  /** The address that clients and other brokers get. */
  readonly host: string;
  readonly port: number;
  readonly controller: Address | readonly Address[];
  readonly config: Properties;
  readonly rules: BrokerRules;
  readonly observer: Observer | null;
  /** The requests that are answered with an error in place of being carried out. Absent: none. */
  readonly answerRules?: AnswerRules;
  /** Absent: clients and brokers use the same listener, without authentication. */
  readonly clientListener?: ClientListener;
}

/** log.dirs, on this host's disk. */
const LOG_DIRECTORY = 'kafka-logs';

interface Started {
  readonly lifecycle: BrokerLifecycle;
  readonly replicas: ReplicaTable;
  readonly directory: LogDirectory;
  readonly groups: GroupCoordinator;
  readonly offsetsTopic: OffsetsTopic;
}

export class BrokerServer {
  readonly #env: Env;
  readonly #options: BrokerOptions;
  readonly #config: ServerConfig;
  readonly #topicDefaults: Properties;
  #started: Started | null = null;
  readonly counters = new BrokerCounters();
  #isLoaded = false;
  #isServing = false;
  #isStopping = false;

  constructor(env: Env, options: BrokerOptions) {
    const { server, topic } = splitProperties(options.config);
    this.#env = env;
    this.#options = options;
    this.#config = resolveServerConfig(server);
    this.#topicDefaults = topic;
  }

  /** For observers; null until the logs are being opened. */
  get replicas(): ReplicaTable | null {
    return this.#started?.replicas ?? null;
  }

  /** The offsets that groups have committed here, as their coordinator. */
  committedOffsets(): readonly GroupOffset[] {
    return this.#started?.groups.committedOffsets() ?? [];
  }

  start(): void {
    const { brokerId: nodeId, clusterId } = this.#options;
    LogDirectory.open(this.#env, LOG_DIRECTORY, { nodeId, clusterId }, (directory) => {
      if (this.#isStopping) return;
      const started = this.#assemble(directory);
      this.#started = started;
      this.#openLogs(started, 0);
    });
  }

  /** `done` is called when the process may end. */
  stop(done: () => void): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const started = this.#started;
    if (started === null) {
      done();
      return;
    }
    if (!this.#isLoaded) {
      this.#shutDown(started, done);
      return;
    }
    const finish = (): void => this.#shutDown(started, done);
    if (this.#config['controlled.shutdown.enable']) started.lifecycle.controlledShutdown(finish);
    else finish();
  }

  #assemble(directory: LogDirectory): Started {
    const { brokerId, clusterId, host, port, controller, rules, observer } = this.#options;
    const lifecycle = new BrokerLifecycle(this.#env, {
      brokerId,
      clusterId,
      listener: { host, port, ...registeredAs(this.#options.clientListener) },
      controllers: 'host' in controller ? [controller] : controller,
      config: this.#config,
      topicDefaults: this.#topicDefaults,
      rules,
      logDirs: [directory.id],
      previousBrokerEpoch: directory.lastShutdown.brokerEpoch,
      onMetadata: (image, delta) => {
        this.#started?.replicas.applyMetadata(image, delta);
        if (delta.removedTopics.length > 0)
          this.#started?.groups.onTopicsDeleted(new Set(delta.removedTopics.map(({ name }) => name)));
        this.#serve();
      },
    });
    const proposals = new IsrProposals(this.#env, (topics, done) => {
      const body = { brokerId, brokerEpoch: lifecycle.brokerEpoch, topics };
      lifecycle.sendToController('AlterPartition', body, done);
    });
    const context: ReplicationContext = {
      env: this.#env,
      brokerId,
      rules,
      observer,
      config: this.#config,
      image: lifecycle.image,
      proposals,
      wakeups: new Wakeups(),
      counters: this.counters,
    };
    const fetchers = new ReplicaFetchers(
      () => lifecycle.brokerEpoch,
      this.#options.clientListener?.innerListenerOf ?? null,
    );
    fetchers.attach(context);
    const offsetsTopic = new OffsetsTopic(this.#env, this.#config, lifecycle);
    const groups = new GroupCoordinator(this.#env, {
      config: this.#config,
      partitionsCount: () => offsetsTopic.partitionsCount,
    });
    const listenerOf = groups.listenerOf.bind(groups);
    const replicas = new ReplicaTable({
      context,
      fetchers,
      directory,
      listenerOf,
      deleteDelayMillis: resolveTopicConfig(this.#topicDefaults)['file.delete.delay.ms'],
    });
    return { lifecycle, replicas, directory, groups, offsetsTopic };
  }

  #openLogs(started: Started, index: number): void {
    const found = started.directory.found.logs[index];
    if (found === undefined) {
      this.#onLoaded();
      return;
    }
    const id = started.lifecycle.image.identities.of(found.topicId, found.topic, found.index);
    started.replicas.open(id, resolveTopicConfig(this.#topicDefaults), (error) => {
      if (this.#isStopping) return;
      if (error === null) this.#openLogs(started, index + 1);
      else this.#env.halt(`cannot open the log of ${id.name}: ${error.code} ${error.message}`);
    });
  }

  #onLoaded(): void {
    this.#isLoaded = true;
    this.#options.observer?.broker?.logsOpened();
    this.#started?.lifecycle.start();
  }

  /** Called once, with the first metadata. */
  #serve(): void {
    const started = this.#started;
    if (this.#isServing || started === null) return;
    this.#isServing = true;
    const { brokerId, clusterId, port } = this.#options;
    const { lifecycle, replicas, groups, offsetsTopic } = started;
    const slots = this.#config['max.incremental.fetch.session.cache.slots'];
    const services = {
      brokerId,
      clusterId,
      properties: this.#options.config,
      logDirectory: LOG_DIRECTORY,
      lifecycle,
      replicas,
      sessions: new FetchSessionCache(this.#env, replicas.context.wakeups, slots),
      producerIds: new ProducerIdSource(this.#env, brokerId, lifecycle, this.#options.observer),
      topicCreator: new TopicCreator(lifecycle.forwarder, this.#config),
      groups,
      offsetsTopic,
    };
    replicas.startTimers();
    const requestBytesMax = this.#config['socket.request.max.bytes'];
    const topicNameOf = (topicId: string) => lifecycle.image.topicById(topicId)?.name ?? null;
    const handler = answeringErrors(dispatchTo(services), this.#options.answerRules ?? null, topicNameOf);
    const { sasl = null, innerListener = null } = this.#options.clientListener ?? {};
    const guard = sasl === null ? {} : { guard: () => new SaslGuard(sasl) };
    const quotas = new ConnectionQuotas(this.#env, connectionLimits(this.#config));
    serveRpc(this.#env, { port, requestBytesMax, quotas, ...guard }, handler);
    if (innerListener !== null) {
      const { host: interfaceHost, port: innerPort } = innerListener;
      const place = { port: innerPort, interfaceHost, isForBrokers: true };
      serveRpc(this.#env, { ...place, requestBytesMax, quotas }, handler);
    }
    lifecycle.readyToUnfence();
  }

  #shutDown(started: Started, done: () => void): void {
    const { lifecycle, replicas, directory } = started;
    const { brokerEpoch } = lifecycle;
    started.groups.close();
    replicas.stop();
    lifecycle.stop();
    const leave = (closed: boolean): void => {
      const loadingFinished = this.#isLoaded;
      if (!this.#options.rules.writesCleanShutdownMarker({ loadingFinished, closed })) {
        done();
        return;
      }
      this.#options.observer?.broker?.shutDownCleanly();
      directory.leaveCleanShutdownMarker(brokerEpoch, () => done());
    };
    this.#closeLogs(replicas, (closed) => {
      // A checkpoint names every log. It is not written before all logs are open, so that the others keep their
      // entries.
      if (this.#isLoaded) replicas.checkpoint((error) => leave(closed && error === null));
      else leave(closed);
    });
  }

  #closeLogs(replicas: ReplicaTable, done: (closed: boolean) => void): void {
    let remaining = replicas.all.length;
    let failures = 0;
    if (remaining === 0) done(true);
    for (const { log } of replicas.all) {
      log.close((errorCode) => {
        remaining -= 1;
        if (errorCode !== 'NONE') failures += 1;
        if (remaining === 0) done(failures === 0);
      });
    }
  }
}

/** The name and the protocol in the registration of a broker. */
function registeredAs(listener: ClientListener | undefined) {
  return { name: listener?.name ?? 'PLAINTEXT', securityProtocol: listener?.securityProtocol ?? 0 };
}
