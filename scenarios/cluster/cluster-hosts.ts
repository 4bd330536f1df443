/**
 * Brokers and the controller as programs on simulated hosts. Here `harness/env.ts` is passed to code that expects
 * `broker/env.ts`. That this file compiles proves that the two agree.
 */
import { ControllerServer } from '../../broker/controller/controller-server.js';
import type { Env } from '../../broker/env.js';
import { BrokerServer } from '../../broker/server/broker-server.js';
import type { HostEnv } from '../../harness/env.js';
import type { RunOnlooker } from '../../harness/runner/experiment.js';
import { hostLogger } from '../../harness/runner/host-logger.js';
import type { World } from '../../harness/world/world.js';
import type { StoppableProgram } from '../../harness/world/world-host.js';
import {
  BROKER_PORT,
  brokerHost,
  type ClusterSpec,
  CONTROLLER_HOST,
  CONTROLLER_ID,
  CONTROLLER_PORT,
} from './cluster-spec.js';
import { topicsOf } from './new-topics.js';
import { HostObserver, type ObservationContext } from './observation.js';
import { brokerRulesOf, type RuleCounter } from './watched-rules.js';

const CLUSTER_ID = 'seismolog';

interface Server {
  start(): void;
  stop(done: () => void): void;
}

/** A server that is created again at each start of its host. */
class ServerProgram implements StoppableProgram {
  readonly #make: (env: Env) => Server;
  #running: Server | null = null;

  constructor(make: (env: Env) => Server) {
    this.#make = make;
  }

  start(env: HostEnv): void {
    this.#running = this.#make(env);
    this.#running.start();
  }

  stop(done: () => void): void {
    this.#running?.stop(done);
  }
}

export function addServers(
  world: World,
  spec: ClusterSpec,
  observation: ObservationContext,
  onlooker: RunOnlooker | null,
  counter: RuleCounter | null,
): void {
  const rules = brokerRulesOf(spec.rules, counter);
  const config = spec.config ?? {};
  const controller = new ServerProgram(
    (env) =>
      new ControllerServer(env, {
        nodeId: CONTROLLER_ID,
        clusterId: CLUSTER_ID,
        port: CONTROLLER_PORT,
        config,
        rules,
        observer: new HostObserver(CONTROLLER_HOST, observation),
        answerRules: world.host(CONTROLLER_HOST).answers,
        initialTopics: { brokersCount: spec.brokers, topics: topicsOf(spec) },
      }),
  );
  world.addHost(CONTROLLER_HOST, controller, { logger: hostLogger(onlooker, world, CONTROLLER_HOST) });
  for (let brokerId = 1; brokerId <= spec.brokers; brokerId++) {
    const host = brokerHost(brokerId);
    const broker = new ServerProgram(
      (env) =>
        new BrokerServer(env, {
          brokerId,
          clusterId: CLUSTER_ID,
          host,
          port: BROKER_PORT,
          controller: { host: CONTROLLER_HOST, port: CONTROLLER_PORT },
          config,
          rules,
          observer: new HostObserver(host, observation),
          answerRules: world.host(host).answers,
        }),
    );
    world.addHost(host, broker, {
      logger: hostLogger(onlooker, world, host),
      ...(spec.disk === undefined ? {} : { disk: spec.disk }),
    });
  }
}
