/**
 * Decides leaders and in-sync replicas (org.apache.kafka.controller.ReplicationControlManager).
 */

import { mergePartitionChange, type PartitionRegistration } from '../metadata/partition-registration.js';
import type { Observer } from '../observer.js';
import {
  type ElectLeadersRequest,
  type ElectLeadersResponse,
  electLeadersApi,
} from '../protocol/apis/43-elect-leaders.js';
import type { AlterPartitionRequest, AlterPartitionResponse } from '../protocol/apis/56-alter-partition.js';
import type { ErrorName } from '../protocol/errors.js';
import type { PartitionChangeRecord } from '../protocol/metadata-records.js';
import type { ControllerRules } from '../rules/controller/index.js';
import { buildPartitionChange, type PartitionTarget } from './build-partition-change.js';
import type { ControllerState } from './controller-state.js';
import type { Decision } from './decision.js';

type AlterPartition = AlterPartitionRequest['topics'][number]['partitions'][number];
type AlterPartitionResult = AlterPartitionResponse['topics'][number]['partitions'][number];

/** Kafka's MAX_ELECTIONS_PER_IMBALANCE: further elections wait for the next round. */
const ELECTIONS_MAX = 1_000;

export class ReplicationControl {
  readonly #state: ControllerState;
  readonly #rules: ControllerRules;
  readonly #observer: Observer | null;

  constructor(state: ControllerState, rules: ControllerRules, observer: Observer | null) {
    this.#state = state;
    this.#rules = rules;
    this.#observer = observer;
  }

  /** A broker was fenced, shuts down, or returned as a new incarnation. It leaves the ISRs and leads nothing. */
  brokerGone(brokerId: number): PartitionChangeRecord[] {
    const records: PartitionChangeRecord[] = [];
    for (const name of this.#state.index.withInIsr(brokerId)) {
      const partition = this.#state.partitionNamed(name);
      const { isr, replicas } = partition;
      const record = this.#change(partition, {
        election: this.#onlineElection(partition),
        isr: this.#rules.isrAfterRemoval({ isr, replicas, brokerId }),
        liveReplicas: this.#liveReplicas(partition, { without: brokerId }),
        leaderRecoveryState: partition.leaderRecoveryState,
      });
      if (record !== null) records.push(record);
    }
    return records;
  }

  /** A broker is about to be unfenced. Partitions without an eligible leader may now have one. */
  brokerUnfenced(brokerId: number): PartitionChangeRecord[] {
    const records: PartitionChangeRecord[] = [];
    for (const name of this.#state.index.leaderless) {
      const partition = this.#state.partitionNamed(name);
      const record = this.#change(partition, {
        election: this.#onlineElection(partition),
        isr: partition.isr,
        liveReplicas: this.#liveReplicas(partition, { including: brokerId }),
        leaderRecoveryState: partition.leaderRecoveryState,
      });
      if (record !== null) records.push(record);
    }
    return records;
  }

  /** Returns partitions to their preferred leaders if these are in sync (auto.leader.rebalance.enable). */
  balanceLeaders(): PartitionChangeRecord[] {
    return this.#electAmong(this.#state.index.imbalanced, 'preferred');
  }

  /** Elects leaders for partitions that had no leader when their topic began to allow unclean elections. */
  electUncleanly(): PartitionChangeRecord[] {
    return this.#electAmong(this.#state.index.leaderless, 'unclean');
  }

  alterPartition(request: AlterPartitionRequest): Decision<AlterPartitionResponse> {
    const registeredEpoch = this.#state.image.brokers.get(request.brokerId)?.brokerEpoch ?? null;
    const errorCode = this.#rules.checkBrokerEpoch({ registeredEpoch, requestEpoch: request.brokerEpoch });
    if (errorCode !== 'NONE') {
      this.#observer?.mark(`AlterPartition refused: ${errorCode}`);
      return { records: [], response: { throttleTimeMs: 0, errorCode, topics: [] } };
    }
    const records: PartitionChangeRecord[] = [];
    const topics = request.topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map((change) => this.#alterOne(request.brokerId, topicId, change, records)),
    }));
    return { records, response: { throttleTimeMs: 0, errorCode: 'NONE', topics } };
  }

  electLeaders(request: ElectLeadersRequest): Decision<ElectLeadersResponse> {
    const records: PartitionChangeRecord[] = [];
    const { electionType } = request;
    if (electionType !== PREFERRED && electionType !== UNCLEAN)
      return { records, response: unknownElection(request) };
    const asked = request.topicPartitions ?? this.#allPartitions();
    const replicaElectionResults = asked.map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions
        .map((partitionId) => {
          const [errorCode, errorMessage] = this.#electOne(topic, partitionId, electionType, records);
          return { partitionId, errorCode, errorMessage };
        })
        .filter(({ errorCode }) => request.topicPartitions !== null || errorCode !== 'ELECTION_NOT_NEEDED'),
    }));
    return { records, response: { throttleTimeMs: 0, errorCode: 'NONE', replicaElectionResults } };
  }

  #alterOne(
    brokerId: number,
    topicId: string,
    change: AlterPartition,
    records: PartitionChangeRecord[],
  ): AlterPartitionResult {
    const { partitionIndex } = change;
    const topic = this.#state.image.topicById(topicId);
    if (topic === undefined) return refused(partitionIndex, 'UNKNOWN_TOPIC_ID');
    const partition = topic.partitions[partitionIndex];
    if (partition === undefined) return refused(partitionIndex, 'UNKNOWN_TOPIC_OR_PARTITION');
    const errorCode = this.#checkAlteration(brokerId, partition, change);
    if (errorCode !== 'NONE') {
      this.#observer?.mark(`AlterPartition refused: ${errorCode}`);
      return refused(partitionIndex, errorCode);
    }
    this.#observer?.controller?.isrAccepted(partition.id, change.newIsrWithEpochs, change);
    const record = this.#change(partition, {
      election: this.#onlineElection(partition),
      isr: change.newIsrWithEpochs.map((member) => member.brokerId),
      liveReplicas: this.#liveReplicas(partition, {}),
      leaderRecoveryState: change.leaderRecoveryState === 1 ? 1 : 0,
    });
    if (record === null) return altered(partition);
    records.push(record);
    const merged = mergePartitionChange(partition, record, this.#rules);
    return merged.leader === brokerId ? altered(merged) : refused(partitionIndex, 'NEW_LEADER_ELECTED');
  }

  #checkAlteration(brokerId: number, partition: PartitionRegistration, change: AlterPartition): ErrorName {
    const errorCode = this.#rules.checkAlterPartition({
      brokerId,
      leaderEpoch: change.leaderEpoch,
      partitionEpoch: change.partitionEpoch,
      newIsr: change.newIsrWithEpochs.map((member) => member.brokerId),
      leaderRecoveryState: change.leaderRecoveryState,
      current: partition,
    });
    if (errorCode !== 'NONE') return errorCode;
    for (const member of change.newIsrWithEpochs) {
      const broker = this.#state.image.brokers.get(member.brokerId);
      const isEligible = this.#rules.isrMemberEligible({
        registered: broker !== undefined,
        fenced: broker?.fenced ?? true,
        inControlledShutdown: broker?.inControlledShutdown ?? false,
        registeredEpoch: broker?.brokerEpoch ?? -1,
        proposedEpoch: member.brokerEpoch,
      });
      if (!isEligible) return 'INELIGIBLE_REPLICA';
    }
    return 'NONE';
  }

  #electOne(
    topic: string,
    partitionId: number,
    electionType: number,
    records: PartitionChangeRecord[],
  ): readonly [ErrorName, string | null] {
    if (!this.#state.image.topics.has(topic))
      return ['UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${topic}`];
    const partition = this.#state.image.partition(topic, partitionId);
    if (partition === undefined)
      return ['UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${topic}-${partitionId}`];
    const isPreferred = electionType === PREFERRED;
    if (isPreferred ? partition.leader === partition.replicas[0] : partition.leader >= 0)
      return ['ELECTION_NOT_NEEDED', 'Leader election not needed for topic partition.'];
    const record = this.#elect(partition, isPreferred ? 'preferred' : 'unclean');
    if (record === null) {
      return isPreferred
        ? ['PREFERRED_LEADER_NOT_AVAILABLE', 'The preferred leader was not available.']
        : ['ELIGIBLE_LEADERS_NOT_AVAILABLE', 'Eligible topic partition leaders are not available.'];
    }
    records.push(record);
    return ['NONE', null];
  }

  #electAmong(names: ReadonlySet<string>, election: 'preferred' | 'unclean'): PartitionChangeRecord[] {
    const records: PartitionChangeRecord[] = [];
    for (const name of names) {
      if (records.length >= ELECTIONS_MAX) break;
      const partition = this.#state.partitionNamed(name);
      if (election === 'unclean' && this.#onlineElection(partition) !== 'unclean') continue;
      const record = this.#elect(partition, election);
      if (record !== null) records.push(record);
    }
    return records;
  }

  #elect(partition: PartitionRegistration, election: 'preferred' | 'unclean'): PartitionChangeRecord | null {
    return this.#change(partition, {
      election,
      isr: partition.isr,
      liveReplicas: this.#liveReplicas(partition, {}),
      leaderRecoveryState: partition.leaderRecoveryState,
    });
  }

  #change(partition: PartitionRegistration, target: PartitionTarget): PartitionChangeRecord | null {
    return buildPartitionChange(partition, target, this.#rules);
  }

  #onlineElection({ topic }: PartitionRegistration): 'online' | 'unclean' {
    return this.#state.image.topicConfig(topic)['unclean.leader.election.enable'] ? 'unclean' : 'online';
  }

  /**
   * `including` counts as live although the image has it fenced. `without` does not although the image has it
   * unfenced.
   */
  #liveReplicas(
    { replicas }: PartitionRegistration,
    { without = -1, including = -1 }: { readonly without?: number; readonly including?: number },
  ): readonly number[] {
    return replicas.filter((replica) => {
      if (replica === without) return false;
      if (replica === including) return true;
      const broker = this.#state.image.brokers.get(replica);
      return this.#rules.mayLead({
        registered: broker !== undefined,
        fenced: broker?.fenced ?? true,
        inControlledShutdown: broker?.inControlledShutdown ?? false,
      });
    });
  }

  #allPartitions(): { readonly topic: string; readonly partitions: readonly number[] }[] {
    return [...this.#state.image.topics.values()].map((topic) => ({
      topic: topic.name,
      partitions: topic.partitions.map((partition) => partition.partitionId),
    }));
  }
}

/** org.apache.kafka.common.ElectionType. */
const PREFERRED = 0;
const UNCLEAN = 1;

function unknownElection(request: ElectLeadersRequest): ElectLeadersResponse {
  const errorMessage = `Unknown election type ${request.electionType}`;
  const response = electLeadersApi.errorResponse(request, 'INVALID_REQUEST');
  return {
    ...response,
    replicaElectionResults: response.replicaElectionResults.map(({ topic, partitionResult }) => ({
      topic,
      partitionResult: partitionResult.map((each) => ({ ...each, errorMessage })),
    })),
  };
}

function refused(partitionIndex: number, errorCode: ErrorName): AlterPartitionResult {
  return {
    partitionIndex,
    errorCode,
    leaderId: 0,
    leaderEpoch: 0,
    isr: [],
    leaderRecoveryState: 0,
    partitionEpoch: 0,
  };
}

function altered(partition: PartitionRegistration): AlterPartitionResult {
  return {
    partitionIndex: partition.partitionId,
    errorCode: 'NONE',
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    isr: partition.isr,
    leaderRecoveryState: partition.leaderRecoveryState,
    partitionEpoch: partition.partitionEpoch,
  };
}
