/**
 * One run of a Kafka scenario: a cluster and its clients on simulated hosts, observed by every invariant, and judged.
 *
 * Phases: the safety phase produces and consumes under faults; from `beginLiveness` on nothing new is sent, what is
 * under way drains, consumers read to the end, and then a fresh reader reads everything once more from the beginning
 * (Jepsen's final reads), so that a record that was there and is no more is seen to be gone.
 */
import { type ClientRules, clientRules } from '../../broker/clients/rules/index.js';
import type { Properties } from '../../broker/config/definitions.js';
import type { ClusterAction } from '../../harness/faults/fault.js';
import { HistoryTape } from '../../harness/history/history-tape.js';
import type { Experiment, ExperimentInput, Judgement, RunOnlooker } from '../../harness/runner/experiment.js';
import { hostLogger } from '../../harness/runner/host-logger.js';
import type { TraceLine } from '../../harness/runner/run-data.js';
import { World } from '../../harness/world/world.js';
import { AdminProcess } from '../cluster/admin-process.js';
import { addServers } from '../cluster/cluster-hosts.js';
import {
  BROKER_PORT,
  brokerHosts,
  type ClusterSpec,
  CONTROLLER_HOST,
  partitionNames,
} from '../cluster/cluster-spec.js';
import { HostChronicle } from '../cluster/host-chronicle.js';
import type { ObservationContext } from '../cluster/observation.js';
import { ClusterTargets } from '../cluster/targets.js';
import { ReplicaChecker } from '../invariants/replica-checker.js';
import { type Guarantee, guaranteeOf, permittedCommittedLoss } from '../judgement/guarantee.js';
import { judgeRun } from '../judgement/judge.js';
import type { KafkaScenarioSpec } from '../judgement/kafka-scenario-spec.js';
import { ConsumerProcess } from '../workloads/consumer-process.js';
import { clusterWaitsFor, consumersWaitFor, producersWaitFor } from '../workloads/convergence.js';
import { ProducerProcess } from '../workloads/producer-process.js';
import { Recorder } from '../workloads/recorder.js';
import type { WorkloadSpec } from '../workloads/workload-spec.js';

const FINAL_READER_HOST = 'final';
const CHECK_EVERY_MICROS = 50_000;

export class KafkaExperiment implements Experiment {
  readonly world: World;
  readonly history: HistoryTape;
  readonly checker: ReplicaChecker;
  readonly recorder: Recorder;
  readonly chronicle: HostChronicle;
  readonly observation: ObservationContext;
  readonly guarantee: Guarantee;
  readonly #spec: KafkaScenarioSpec;
  readonly #clientRules: ClientRules;
  readonly #durationMicros: number;
  readonly #onlooker: RunOnlooker | null;
  readonly #producers: readonly ProducerProcess[];
  readonly #consumers: readonly ConsumerProcess[];
  /** Null until everything else has come to rest. */
  #finalReader: ConsumerProcess | null = null;
  /** Each was asked to send once more. */
  #sentLast = false;
  readonly #admin: AdminProcess;
  readonly #targets: ClusterTargets;

  constructor(spec: KafkaScenarioSpec, input: ExperimentInput) {
    this.#spec = spec;
    const otherRules = spec.cluster.clientRules;
    this.#clientRules = otherRules === undefined ? clientRules : { ...clientRules, ...otherRules };
    this.#durationMicros = input.limits.durationMicros;
    const { onlooker } = input;
    this.world = new World({ seed: input.seed, ...(onlooker === null ? {} : { trace: onlooker }) });
    this.#onlooker = onlooker;
    const { simulation } = this.world;
    this.history = new HistoryTape(simulation.memory);
    this.guarantee = guaranteeOf(spec.cluster, spec.workload);
    this.checker = new ReplicaChecker({
      permitted: permittedCommittedLoss(this.guarantee),
      minInsyncReplicas: this.guarantee.minInsyncReplicas,
      now: () => simulation.nowMicros,
    });
    this.recorder = new Recorder(simulation, this.history, input.limits.operationsMax);
    this.observation = {
      simulation,
      checker: this.checker,
      traceSink: null,
      holdersAtAck: new Map(),
      toldChanges: new Set(),
    };
    addServers(this.world, spec.cluster, this.observation, onlooker);
    const kept = (host: string): boolean => !input.limits.without.includes(host);
    this.#producers = producerHosts(spec.workload)
      .filter(kept)
      .map((host) => this.#addProducer(host));
    this.#consumers = consumerHosts(spec.workload)
      .filter(kept)
      .map((host, index, all) => {
        const partitions = spec.workload.readAll
          ? partitionNames(spec.cluster)
          : partitionsOfConsumer(spec.cluster, index, all.length);
        return this.#addConsumer(host, partitions, spec.workload.consumerConfig);
      });
    this.#admin = new AdminProcess(this.world);
    this.chronicle = new HostChronicle(this.world, this.checker);
    const producers = this.#producers.map((each) => each.host);
    const consumers = this.#consumers.map((each) => each.host);
    this.#targets = new ClusterTargets(spec.cluster, producers, consumers, this.checker);
  }

  start(): void {
    for (const host of [CONTROLLER_HOST, ...brokerHosts(this.#spec.cluster)]) this.world.host(host).start();
    for (const process of [...this.#producers, ...this.#consumers]) this.world.host(process.host).start();
    this.#admin.start();
    if (this.#spec.workload.quietEnd) this.#planQuietEnd();
  }

  /** In half of the runs nothing is sent from some point on: what elections make of a log that nobody writes to shows then. */
  #planQuietEnd(): void {
    const { simulation } = this.world;
    const stream = simulation.random('workload/quiet-end');
    const quietAt = (this.#durationMicros >>> 2) + stream.nextInt(this.#durationMicros);
    if (stream.nextInt(2) === 0) return;
    simulation.schedule(quietAt, () => {
      for (const producer of this.#producers) producer.stopSending();
    });
  }

  resolveTarget(target: string): readonly string[] {
    return this.#targets.resolve(target);
  }

  rejectTarget(target: string): string | null {
    return this.#targets.reject(target);
  }

  perform(action: ClusterAction): boolean {
    return this.#admin.perform(action);
  }

  beginLiveness(): void {
    for (const producer of this.#producers) producer.stopSending();
    this.#check();
  }

  waitingFor(): readonly string[] {
    const waiting = this.#clusterAndClientsWaitFor();
    if (waiting.length > 0) return waiting;
    if (this.#finalReader === null) return ['the final read has not begun'];
    return consumersWaitFor([this.#finalReader], this.checker);
  }

  judge(): Judgement {
    return judgeRun({
      spec: this.#spec,
      guarantee: this.guarantee,
      history: this.history,
      checker: this.checker,
      chronicle: this.chronicle,
      recorder: this.recorder,
      holdersAtAck: this.observation.holdersAtAck,
    });
  }

  onTrace(sink: (line: TraceLine) => void): void {
    this.observation.traceSink = sink;
  }

  #clusterAndClientsWaitFor(): string[] {
    return [
      ...clusterWaitsFor(this.#spec.cluster, this.checker, this.world),
      ...producersWaitFor(this.#producers),
      ...consumersWaitFor(this.#consumers, this.checker),
    ];
  }

  /** Once all is quiet, producers show that they still can send; then, with nothing to be added to any log, the final read begins. */
  #check(): void {
    const isWaiting = this.#clusterAndClientsWaitFor().length > 0;
    if (isWaiting || !this.#sentLast) {
      if (!isWaiting) {
        this.#sentLast = true;
        for (const producer of this.#producers) producer.sendLast();
      }
      this.world.simulation.schedule(CHECK_EVERY_MICROS, () => this.#check());
      return;
    }
    const { cluster, workload } = this.#spec;
    const config = { ...workload.consumerConfig, 'auto.offset.reset': 'earliest' };
    this.#finalReader = this.#addConsumer(FINAL_READER_HOST, partitionNames(cluster), config);
    this.world.host(FINAL_READER_HOST).start();
  }

  #addProducer(host: string): ProducerProcess {
    const { cluster, workload } = this.#spec;
    const process = new ProducerProcess({
      host,
      bootstrap: bootstrapOf(cluster),
      partitions: partitionNames(cluster),
      workload,
      rules: this.#clientRules,
      recorder: this.recorder,
      stream: this.world.simulation.random(`workload/${host}`),
      onRefusal: ({ topic, partition, error, ...batch }) => {
        if (this.guarantee.acks === -1)
          this.checker.sequenceRefused(host, `${topic}-${partition}`, batch, error);
      },
    });
    this.world
      .addHost(host, process, { logger: hostLogger(this.#onlooker, this.world, host) })
      .onStateChange((change) => process.hostChanged(change));
    return process;
  }

  #addConsumer(host: string, partitions: readonly string[], config: Properties): ConsumerProcess {
    const process = new ConsumerProcess({
      host,
      bootstrap: bootstrapOf(this.#spec.cluster),
      partitions,
      config,
      rules: this.#clientRules,
      recorder: this.recorder,
      checker: this.checker,
    });
    this.world
      .addHost(host, process, { logger: hostLogger(this.#onlooker, this.world, host) })
      .onStateChange((change) => process.hostChanged(change));
    return process;
  }
}

export const producerHosts = (workload: WorkloadSpec): string[] =>
  Array.from({ length: workload.producers }, (_, index) => `p${index + 1}`);

export const consumerHosts = (workload: WorkloadSpec): string[] =>
  Array.from({ length: workload.consumers }, (_, index) => `r${index + 1}`);

function bootstrapOf(cluster: ClusterSpec): { host: string; port: number }[] {
  return brokerHosts(cluster).map((host) => ({ host, port: BROKER_PORT }));
}

/** Every partition has one reader, as in a group with a range of its own. */
function partitionsOfConsumer(cluster: ClusterSpec, index: number, consumers: number): string[] {
  return partitionNames(cluster).filter((_, partition) => partition % consumers === index);
}
