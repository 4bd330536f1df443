/**
 * One run of a Kafka scenario: a cluster and its clients on simulated hosts, observed by every invariant, and judged.
 *
 * Phases: the safety phase produces and consumes under faults. From `beginLiveness` on nothing new is sent,
 * operations in progress end, and consumers read to the end. Then a fresh reader reads everything once more from the
 * beginning (Jepsen's final reads), so that a record that was there and is gone is noticed.
 */
import { resolveServerConfig } from '../../broker/config/definitions.js';
import { splitProperties } from '../../broker/config/topic-synonyms.js';
import { messageKinds } from '../../broker/protocol/message-kinds.js';
import type { AnswerFault, ClusterAction } from '../../harness/faults/fault.js';
import { nearest } from '../../harness/faults/nearest.js';
import type { ActionObjection } from '../../harness/faults/plan-names.js';
import { HistoryTape } from '../../harness/history/history-tape.js';
import type { Experiment, ExperimentInput, Judgement, RunOnlooker } from '../../harness/runner/experiment.js';
import { hostLogger } from '../../harness/runner/host-logger.js';
import type { SystemLine } from '../../harness/runner/run-data.js';
import { World } from '../../harness/world/world.js';
import { countOf, rejectAdminAction } from '../cluster/admin-actions.js';
import { AdminProcess } from '../cluster/admin-process.js';
import { rejectAnswerError } from '../cluster/answer-error-names.js';
import { addServers } from '../cluster/cluster-hosts.js';
import { BROKER_PORT, brokerHosts, CONTROLLER_HOST, partitionNames } from '../cluster/cluster-spec.js';
import { HostChronicle } from '../cluster/host-chronicle.js';
import { readKafkaStreams } from '../cluster/kafka-streams.js';
import type { ObservationContext } from '../cluster/observation.js';
import { storedLogs } from '../cluster/stored-logs.js';
import { type ClusterTargets, simulatedTargets } from '../cluster/targets.js';
import { clientRulesOf, RuleCounter, type RuleCounts } from '../cluster/watched-rules.js';
import { nameInTopic } from '../invariants/partition-names.js';
import { ReplicaChecker } from '../invariants/replica-checker.js';
import { type Guarantee, guaranteeOf, partitionSettings } from '../judgement/guarantee.js';
import { judgeRun } from '../judgement/judge.js';
import type { KafkaScenarioSpec } from '../judgement/kafka-scenario-spec.js';
import { isClientAction, rejectClientAction } from '../workloads/client-actions.js';
import type { ClientContext, ClientProcess } from '../workloads/client-process.js';
import { clusterWaitsFor } from '../workloads/convergence.js';
import { Recorder } from '../workloads/recorder.js';

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
  readonly #durationMicros: number;
  readonly #onlooker: RunOnlooker | null;
  /** Null: the answers of the rules are not counted. */
  readonly #ruleCounter: RuleCounter | null;
  readonly #context: ClientContext;
  readonly #processes: readonly ClientProcess[];
  /** Null until everything else is done. */
  #finalReader: ClientProcess | null = null;
  /** Each process was asked to show that it still works. */
  #isProving = false;
  readonly #admin: AdminProcess;
  readonly #targets: ClusterTargets;

  constructor(spec: KafkaScenarioSpec, input: ExperimentInput) {
    this.#spec = spec;
    this.#durationMicros = input.limits.durationMicros;
    const { onlooker } = input;
    this.world = new World({
      seed: input.seed,
      passesValues: input.limits.wire !== 'bytes' && spec.workload.hasGuests !== true,
      readersFor: readKafkaStreams,
      ...(onlooker === null ? {} : { trace: onlooker }),
    });
    this.#onlooker = onlooker;
    this.#ruleCounter = input.countsDecisions === true ? new RuleCounter() : null;
    const { simulation } = this.world;
    this.history = new HistoryTape(simulation.memory);
    this.guarantee = guaranteeOf(spec.cluster, spec.workload);
    this.checker = new ReplicaChecker({
      settingsOf: (partition) => partitionSettings(this.guarantee, partition),
      now: () => simulation.nowMicros,
    });
    this.recorder = new Recorder(simulation, this.history, input.limits.operationsMax);
    this.observation = {
      simulation,
      checker: this.checker,
      traceSink: null,
      holdersAtAck: new Map(),
      toldChanges: new Set(),
      storedLogs: (host) => storedLogs(this.world, host, this.checker.names),
    };
    addServers(this.world, spec.cluster, this.observation, onlooker, this.#ruleCounter);
    const clients = spec.workload.hosts().filter(({ host }) => !input.limits.without.includes(host));
    this.#context = this.#clientContext();
    this.#processes = spec.workload.processes(clients, this.#context);
    for (const process of this.#processes) this.#addHost(process);
    this.#admin = new AdminProcess(this.world, spec.cluster, this.checker);
    this.chronicle = new HostChronicle(this.world, this.checker);
    this.#targets = simulatedTargets(spec.cluster, clients, this.checker);
  }

  start(): void {
    for (const host of [CONTROLLER_HOST, ...brokerHosts(this.#spec.cluster)]) this.world.host(host).start();
    for (const process of this.#processes) this.world.host(process.host).start();
    this.#admin.start();
    this.#spec.workload.started(this.#processes, this.#context);
  }

  resolveTarget(target: string): readonly string[] {
    return this.#targets.resolve(target);
  }

  rejectTarget(target: string): string | null {
    return this.#targets.reject(target);
  }

  rejectMessageKind(kind: string): string | null {
    if (messageKinds.includes(kind)) return null;
    const near = nearest(kind, messageKinds);
    return `no message is of the kind "${kind}"; ${near === null ? `kinds are ${messageKinds.join(', ')}` : `did you mean "${near}"?`}`;
  }

  rejectAction(action: ClusterAction): ActionObjection | null {
    if (isClientAction(action)) return rejectClientAction(action, (target) => this.rejectTarget(target));
    const { topics } = this.#spec.cluster;
    return rejectAdminAction(action, {
      topics: Object.keys(topics),
      partitions: partitionNames(this.#spec.cluster),
    });
  }

  rejectAnswerError(fault: AnswerFault): ActionObjection | null {
    return rejectAnswerError(fault, partitionNames(this.#spec.cluster));
  }

  perform(action: ClusterAction): boolean {
    if (isClientAction(action)) return this.#askClients(action);
    const { name, target, args } = action;
    const count = countOf(args?.count);
    const topic = this.#spec.cluster.topics[target];
    if (name === 'create-partitions' && count !== null && topic !== undefined)
      this.recorder.keyed.mayGrow(target, topic.partitions, count);
    return this.#admin.perform(action);
  }

  beginLiveness(): void {
    for (const process of this.#processes) process.stopNewWork();
    this.#admin.restoreTopics();
    this.#check();
  }

  waitingFor(): readonly string[] {
    const waiting = this.#clusterAndClientsWaitFor();
    if (waiting.length > 0) return waiting;
    if (this.#finalReader === null) return ['the final read has not begun'];
    return this.#finalReader.waitsFor();
  }

  judge(): Judgement {
    return judgeRun({
      spec: this.#spec,
      guarantee: this.guarantee,
      history: this.history,
      checker: this.checker,
      chronicle: this.chronicle,
      recorder: this.recorder,
      isReadToTheEnd: this.#finalReader !== null && this.#finalReader.waitsFor().length === 0,
      holdersAtAck: this.observation.holdersAtAck,
      endMicros: this.world.simulation.nowMicros,
      isFinalReader: this.#isFinalReader.bind(this),
    });
  }

  decisions(): RuleCounts {
    return this.#ruleCounter?.counts() ?? {};
  }

  onTrace(sink: (line: SystemLine) => void): void {
    this.observation.traceSink = sink;
  }

  #isFinalReader(process: string): boolean {
    return this.#finalReader !== null && process.startsWith(`${this.#finalReader.host}#`);
  }

  #askClients({ target, args }: ClusterAction): boolean {
    const hosts = this.resolveTarget(target);
    const asked = this.#processes.filter(({ host }) => hosts.includes(host));
    return asked.map((process) => process.workSlowly?.(countOf(args?.millis) ?? 0) ?? false).includes(true);
  }

  #clusterAndClientsWaitFor(): string[] {
    return [
      ...clusterWaitsFor(this.#spec.cluster, this.checker, this.world),
      ...this.#processes.flatMap((process) => process.waitsFor()),
    ];
  }

  /**
   * When nothing is left to do, each process shows that it still works. Then, when no log grows any more, the final
   * read begins.
   */
  #check(): void {
    const isWaiting = this.#clusterAndClientsWaitFor().length > 0;
    if (isWaiting || !this.#isProving) {
      if (!isWaiting) {
        this.#isProving = true;
        for (const process of this.#processes) process.proveLive();
      }
      this.world.simulation.schedule(CHECK_EVERY_MICROS, () => this.#check());
      return;
    }
    const finalReader = this.#spec.workload.finalReader({
      ...this.#context,
      partitions: this.#presentPartitions(),
    });
    this.#finalReader = finalReader;
    this.#addHost(finalReader);
    this.world.host(finalReader.host).start();
  }

  /** `<topic>-<index>` of every partition of the scenario's topics, also of those that were added. */
  #presentPartitions(): readonly string[] {
    const topics = Object.keys(this.#spec.cluster.topics).sort();
    return topics.flatMap((topic) => this.checker.names.present(topic).map(nameInTopic));
  }

  #clientContext(): ClientContext {
    const { cluster } = this.#spec;
    return {
      world: this.world,
      bootstrap: brokerHosts(cluster).map((host) => ({ host, port: BROKER_PORT })),
      partitions: partitionNames(cluster),
      recorder: this.recorder,
      checker: this.checker,
      rules: clientRulesOf(cluster.clientRules, this.#ruleCounter),
      offsetsRetentionMicros:
        resolveServerConfig(splitProperties(cluster.config ?? {}).server)['offsets.retention.minutes'] *
        60_000_000,
      durationMicros: this.#durationMicros,
      judgesRefusals: this.guarantee.acks === -1,
    };
  }

  #addHost(process: ClientProcess): void {
    this.world
      .addHost(process.host, process, { logger: hostLogger(this.#onlooker, this.world, process.host) })
      .onStateChange((change) => process.hostChanged(change));
  }
}
