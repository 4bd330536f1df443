/**
 * Connects the broker's reports with the harness: one `Observer` per host that feeds the invariant checker, the marks
 * and, in a traced run, the lines of `trace.jsonl`.
 */
import type {
  BatchSummary,
  BrokerObserver,
  ControllerObserver,
  DeletedSegmentSummary,
  FetchAnswerSummary,
  FetchClockSummary,
  IsrAnswerSummary,
  IsrCandidateSummary,
  LogObserver,
  LogStartReason,
  MemberLagSummary,
  ObservedPartition,
  Observer,
  PartitionStateSummary,
  ProducerBatchSummary,
  ReadableEndsSummary,
  RecoveredStateSummary,
  ReplicationObserver,
  ShutdownSummary,
  TruncatedStateSummary,
  UnfencingSummary,
} from '../../broker/observer.js';
import type { Simulation } from '../../harness/kernel/simulation.js';
import type { SystemLine } from '../../harness/runner/run-data.js';
import type { StoredLog } from '../invariants/decision-checker.js';
import { NamesOnHost } from '../invariants/partition-names.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import { brokerHost } from './cluster-spec.js';

/** The objects that all hosts of one run share. */
export interface ObservationContext {
  readonly simulation: Simulation;
  readonly checker: ReplicaChecker;
  /** Null in a campaign. */
  traceSink: ((line: SystemLine) => void) | null;
  /** `<partition> <offset> <leader epoch>` → the hosts that had the record when it was acknowledged; traced runs only. */
  readonly holdersAtAck: Map<string, readonly string[]>;
  /** The logs on a host's disk; none if the disk has failed or lied about a sync. */
  readonly storedLogs: (host: string) => readonly StoredLog[];
  /**
   * Changes of partitions that a controller has reported. A new active controller reports the latest ones of its
   * predecessor again.
   */
  readonly toldChanges: Set<string>;
}

/** Feeds the invariant checker, the marks and the trace of one host. */
export class HostObserver implements Observer {
  readonly broker: BrokerObserver;
  readonly log: LogObserver;
  readonly replication: ReplicationObserver;
  readonly controller: ControllerObserver;
  readonly #context: ObservationContext;

  constructor(host: string, context: ObservationContext) {
    this.broker = new BrokerObservation(host, context);
    const names = new NamesOnHost(context.checker.names);
    this.log = new LogObservation(host, names, context);
    this.replication = new ReplicationObservation(host, names, context);
    this.controller = new ControllerObservation(host, names, context);
    this.#context = context;
  }

  mark(name: string): void {
    this.#context.simulation.mark(name);
  }
}

class BrokerObservation implements BrokerObserver {
  readonly #host: string;
  readonly #context: ObservationContext;

  constructor(host: string, context: ObservationContext) {
    this.#host = host;
    this.#context = context;
  }

  logsOpened(): void {
    this.#context.checker.logsOpened(this.#host);
  }

  shutDownCleanly(): void {
    this.#context.checker.shutDownCleanly(this.#host, this.#context.storedLogs(this.#host));
  }

  producerIdsGiven(firstProducerId: number, count: number): void {
    this.#context.checker.producerIdsGiven(this.#host, firstProducerId, count);
  }
}

class LogObservation implements LogObserver {
  readonly #host: string;
  readonly #names: NamesOnHost;
  readonly #context: ObservationContext;

  constructor(host: string, names: NamesOnHost, context: ObservationContext) {
    this.#host = host;
    this.#names = names;
    this.#context = context;
  }

  logOpened(
    observed: ObservedPartition,
    logStartOffset: number,
    _end: number,
    batches: readonly BatchSummary[],
  ): void {
    const partition = this.#names.of(observed);
    this.#context.checker.logOpened(this.#host, partition, batches, logStartOffset);
    if (this.#context.traceSink !== null) traceLog(this.#host, this.#context, partition);
  }

  appended(observed: ObservedPartition, batch: BatchSummary): void {
    const partition = this.#names.of(observed);
    this.#context.checker.appended(this.#host, partition, batch);
    if (this.#context.traceSink !== null) traceLog(this.#host, this.#context, partition);
  }

  checksumSkipped(observed: ObservedPartition, offset: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.checksumSkipped(this.#host, partition, offset);
  }

  logStartMoved(observed: ObservedPartition, offset: number, reason: LogStartReason): void {
    const { checker, simulation } = this.#context;
    checker.deletions.logStartMoved(this.#host, this.#names.of(observed), offset, reason);
    simulation.mark(`log start moved: ${reason}`);
  }

  logStartCheckpointed(observed: ObservedPartition, offset: number): void {
    this.#context.checker.deletions.logStartCheckpointed(this.#host, this.#names.of(observed), offset);
  }

  segmentDeleted(observed: ObservedPartition, segment: DeletedSegmentSummary): void {
    this.#context.checker.deletions.segmentDeleted(this.#host, this.#names.of(observed), segment);
  }

  compacted(observed: ObservedPartition, endOffset: number): void {
    this.#context.checker.compacted(this.#host, this.#names.of(observed), endOffset);
  }

  startedAfresh(observed: ObservedPartition, logStartOffset: number): void {
    this.#context.checker.deletions.startedAfresh(this.#host, this.#names.of(observed), logStartOffset);
  }

  truncated(observed: ObservedPartition, offset: number, reason: string): void {
    const partition = this.#names.of(observed);
    const { checker, traceSink, simulation } = this.#context;
    const from = checker.partition(partition).replica(this.#host).endOffset;
    checker.truncated(this.#host, partition, offset);
    if (traceSink === null) return;
    traceSink({
      t: simulation.nowMicros,
      kind: 'truncated',
      partition,
      host: this.#host,
      from,
      to: offset,
      reason,
    });
    traceLog(this.#host, this.#context, partition);
  }

  recoveryDone(observed: ObservedPartition, state: RecoveredStateSummary): void {
    const partition = this.#names.of(observed);
    this.#context.checker.recoveryDone(this.#host, partition, state);
  }

  flushed(observed: ObservedPartition, recoveryPoint: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.flushed(this.#host, partition, recoveryPoint);
  }

  truncationDone(observed: ObservedPartition, state: TruncatedStateSummary): void {
    const partition = this.#names.of(observed);
    this.#context.checker.truncationDone(this.#host, partition, state);
  }

  storageFailed(observed: ObservedPartition): void {
    const partition = this.#names.of(observed);
    this.#context.checker.storageFailed(this.#host, partition);
  }
}

class ReplicationObservation implements ReplicationObserver {
  readonly #host: string;
  readonly #names: NamesOnHost;
  readonly #context: ObservationContext;

  constructor(host: string, names: NamesOnHost, context: ObservationContext) {
    this.#host = host;
    this.#names = names;
    this.#context = context;
  }

  highWatermarkMoved(observed: ObservedPartition, offset: number, role: 'leader' | 'follower'): void {
    const partition = this.#names.of(observed);
    this.#context.checker.highWatermarkMoved(this.#host, partition, offset, role);
    if (this.#context.traceSink !== null) traceLog(this.#host, this.#context, partition);
  }

  roleChanged(
    observed: ObservedPartition,
    role: 'leader' | 'follower' | 'offline',
    leaderEpoch: number,
  ): void {
    const partition = this.#names.of(observed);
    const { checker, traceSink, simulation } = this.#context;
    checker.roleChanged(this.#host, partition, role, leaderEpoch);
    traceSink?.({ t: simulation.nowMicros, kind: 'role', partition, host: this.#host, role, leaderEpoch });
  }

  produceAdmitted(observed: ObservedPartition, acks: number, isrSize: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.produceAdmitted(this.#host, partition, acks, isrSize);
  }

  sequenceRefused(observed: ObservedPartition, batch: ProducerBatchSummary, leaderEpoch: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.leaderRefused(partition, batch, leaderEpoch);
  }

  acknowledged(
    observed: ObservedPartition,
    base: number,
    last: number,
    leaderEpoch: number,
    acks: number,
  ): void {
    const partition = this.#names.of(observed);
    const { checker, traceSink, holdersAtAck } = this.#context;
    if (base >= 0) checker.acknowledged(this.#host, partition, base, last, leaderEpoch, acks);
    if (traceSink === null || base < 0) return;
    const holders: string[] = [];
    for (const [host, replica] of checker.partition(partition).replicas)
      if (replica.endOffset > last) holders.push(host);
    for (let offset = base; offset <= last; offset++)
      holdersAtAck.set(`${partition} ${offset} ${leaderEpoch}`, holders);
  }

  recordsDeleted(observed: ObservedPartition, offset: number): void {
    this.#context.checker.deletions.recordsDeleted(this.#host, this.#names.of(observed), offset);
  }

  served(observed: ObservedPartition, fromOffset: number, endOffset: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.served(this.#host, partition, fromOffset, endOffset);
  }

  isrProposed(
    observed: ObservedPartition,
    brokerId: number,
    leaderEpoch: number,
    candidate: IsrCandidateSummary,
  ): void {
    const partition = this.#names.of(observed);
    this.#context.checker.isrProposed(this.#host, partition, brokerHost(brokerId), leaderEpoch, candidate);
  }

  followerKnown(
    observed: ObservedPartition,
    brokerId: number,
    logEndOffset: number,
    wasLeader: boolean,
    nowMillis: number,
  ): void {
    const partition = this.#names.of(observed);
    const known = { logEndOffset, wasLeader, nowMillis };
    this.#context.checker.followerKnown(this.#host, partition, brokerHost(brokerId), known);
  }

  followerFetched(
    observed: ObservedPartition,
    brokerId: number,
    fetchOffset: number,
    clock: FetchClockSummary,
  ): void {
    const partition = this.#names.of(observed);
    const { checker } = this.#context;
    checker.followerFetched(this.#host, partition, brokerHost(brokerId), fetchOffset, clock);
  }

  memberJudged(
    observed: ObservedPartition,
    brokerId: number,
    lag: MemberLagSummary,
    isRemoved: boolean,
  ): void {
    const partition = this.#names.of(observed);
    this.#context.checker.memberJudged(this.#host, partition, brokerHost(brokerId), lag, isRemoved);
  }

  latestOffsetAnswered(
    observed: ObservedPartition,
    isolationLevel: 0 | 1,
    offset: number,
    ends: ReadableEndsSummary,
  ): void {
    const partition = this.#names.of(observed);
    this.#context.checker.latestOffsetAnswered(this.#host, partition, isolationLevel, offset, ends);
  }

  fetchAnswerUsed(observed: ObservedPartition, answer: FetchAnswerSummary): void {
    const partition = this.#names.of(observed);
    this.#context.checker.fetchAnswerUsed(this.#host, partition, answer);
  }

  maximalIsrChanged(observed: ObservedPartition, members: readonly number[], leaderEpoch: number): void {
    const partition = this.#names.of(observed);
    const hosts = members.map(brokerHost);
    this.#context.checker.maximalIsrChanged(this.#host, partition, hosts, leaderEpoch);
  }

  isrAnswered(observed: ObservedPartition, { errorCode, before, after }: IsrAnswerSummary): void {
    const partition = this.#names.of(observed);
    const [hostsBefore, hostsAfter] = [before.map(brokerHost), after.map(brokerHost)];
    this.#context.checker.isrAnswered(this.#host, partition, {
      errorCode,
      before: hostsBefore,
      after: hostsAfter,
    });
  }

  unfencedFetch(observed: ObservedPartition, requestedEpoch: number, leaderEpoch: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.unfencedFetch(this.#host, partition, { requestedEpoch, leaderEpoch });
  }

  epochUnknown(observed: ObservedPartition, requestedEpoch: number, leaderEpoch: number): void {
    const partition = this.#names.of(observed);
    this.#context.checker.epochUnknown(this.#host, partition, { requestedEpoch, leaderEpoch });
  }
}

class ControllerObservation implements ControllerObserver {
  readonly #host: string;
  readonly #names: NamesOnHost;
  readonly #context: ObservationContext;

  constructor(host: string, names: NamesOnHost, context: ObservationContext) {
    this.#host = host;
    this.#names = names;
    this.#context = context;
  }

  topicDeleted(topicId: string): void {
    this.#context.checker.topicDeleted(topicId);
  }

  partitionChanged(observed: ObservedPartition, state: PartitionStateSummary): void {
    const partition = this.#names.of(observed);
    const { checker, traceSink, simulation, toldChanges } = this.#context;
    const told = `${partition} ${state.partitionEpoch} ${state.leaderEpoch} ${state.leader} ${state.isr}`;
    if (toldChanges.has(told)) return;
    toldChanges.add(told);
    const leader = state.leader < 0 ? null : brokerHost(state.leader);
    const isr = state.isr.map(brokerHost);
    const replicas = state.replicas.map(brokerHost);
    const { leaderEpoch, partitionEpoch, unclean } = state;
    checker.partitionChanged(partition, { leader, leaderEpoch, partitionEpoch, isr, replicas });
    if (unclean) simulation.mark('unclean election');
    traceSink?.({
      t: simulation.nowMicros,
      kind: 'partition',
      partition,
      leader,
      leaderEpoch,
      isr,
      replicas,
      unclean,
    });
  }

  isrAccepted(
    observed: ObservedPartition,
    members: readonly { readonly brokerId: number; readonly brokerEpoch: number }[],
    { leaderEpoch, partitionEpoch }: { readonly leaderEpoch: number; readonly partitionEpoch: number },
  ): void {
    const partition = this.#names.of(observed);
    const { checker } = this.#context;
    checker.isrAccepted(partition, { leaderEpoch, partitionEpoch });
    for (const { brokerId, brokerEpoch } of members)
      checker.isrMemberAccepted(partition, brokerHost(brokerId), brokerEpoch);
  }

  brokerChanged(
    brokerId: number,
    brokerEpoch: number,
    state: 'registered' | 'fenced' | 'unfenced' | 'shutting-down',
  ): void {
    const { checker } = this.#context;
    if (state === 'registered') checker.registered(brokerHost(brokerId), brokerEpoch);
    else checker.livenessChanged(brokerHost(brokerId), state === 'unfenced');
  }

  brokerLetServe(brokerId: number, heartbeat: UnfencingSummary): void {
    this.#context.checker.letServe(brokerHost(brokerId), heartbeat);
  }

  brokerLetGo(brokerId: number, state: ShutdownSummary): void {
    this.#context.checker.letGo(brokerHost(brokerId), state);
  }

  metadataCommitted(highWatermark: number, syncedEndOffset: number): void {
    this.#context.checker.metadataCommitted(this.#host, highWatermark, syncedEndOffset);
  }
}

function traceLog(host: string, context: ObservationContext, partition: string): void {
  const { checker, traceSink, simulation } = context;
  const replica = checker.partition(partition).replica(host);
  traceSink?.({
    t: simulation.nowMicros,
    kind: 'log',
    partition,
    host,
    logEndOffset: replica.endOffset,
    highWatermark: replica.highWatermark,
  });
}
