/**
 * Pending proposals of ISR changes to the controller (AlterPartition; KIP-497, kafka.server.AlterPartitionManager).
 * One request per broker is in flight, with all proposals that are due. Each proposal is answered once, unless it is
 * withdrawn. A request that fails as a whole is sent again.
 */
import type { Env } from '../env.js';
import type { AlterPartitionRequest, AlterPartitionResponse } from '../protocol/apis/56-alter-partition.js';
import { ByPartition } from '../protocol/by-partition.js';
import type { ErrorName } from '../protocol/errors.js';
import type { TopicIdPartition } from '../protocol/topic-id-partition.js';

export interface IsrProposal {
  readonly partition: TopicIdPartition;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly newIsr: readonly { readonly brokerId: number; readonly brokerEpoch: number }[];
  answered(answer: IsrAnswer): void;
}

export interface IsrAnswer {
  readonly errorCode: ErrorName;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly partitionEpoch: number;
}

/** null: the request failed without an answer. */
export type SendAlterPartition = (
  proposals: AlterPartitionRequest['topics'],
  done: (response: AlterPartitionResponse | null) => void,
) => void;

/** Version 3 names the members together with their epochs instead. */
const NO_BROKERS: readonly number[] = [];

const RETRY_BACKOFF_MICROS = 50_000;

export class IsrProposals {
  readonly #env: Env;
  readonly #send: SendAlterPartition;
  #waiting: IsrProposal[] = [];
  /** The proposals of the request in flight, without those withdrawn since. The answer concerns only these. */
  #inFlight: IsrProposal[] = [];
  #isUnderWay = false;
  #isBackingOff = false;

  constructor(env: Env, send: SendAlterPartition) {
    this.#env = env;
    this.#send = send;
  }

  submit(proposal: IsrProposal): void {
    this.#waiting.push(proposal);
    if (!this.#isBackingOff) this.#sendNext();
  }

  /** Submits the proposal again after an answer that does not settle it. */
  resubmit(proposal: IsrProposal): void {
    this.#waiting.push(proposal);
    this.#backOff();
  }

  withdraw(proposal: IsrProposal): void {
    remove(this.#waiting, proposal);
    remove(this.#inFlight, proposal);
  }

  #sendNext(): void {
    if (this.#isUnderWay || this.#waiting.length === 0) return;
    const sent = this.#waiting;
    this.#waiting = [];
    this.#inFlight = sent;
    this.#isUnderWay = true;
    this.#send(byTopic(sent), (response) => this.#onResponse(response));
  }

  #onResponse(response: AlterPartitionResponse | null): void {
    const asked = this.#inFlight;
    this.#inFlight = [];
    this.#isUnderWay = false;
    if (response === null || response.errorCode !== 'NONE') {
      this.#waiting.unshift(...asked);
      this.#backOff();
      return;
    }
    const answers = new ByPartition<IsrAnswer>();
    for (const { topicId, partitions } of response.topics) {
      for (const answer of partitions) answers.set(topicId, answer.partitionIndex, answer);
    }
    for (const proposal of asked) {
      const answer = answers.get(proposal.partition.topicId, proposal.partition.index);
      if (answer === undefined) this.#waiting.push(proposal);
      else proposal.answered(answer);
    }
    if (!this.#isBackingOff) this.#sendNext();
  }

  #backOff(): void {
    if (this.#isBackingOff) return;
    this.#isBackingOff = true;
    this.#env.timers.schedule(RETRY_BACKOFF_MICROS, () => {
      this.#isBackingOff = false;
      this.#sendNext();
    });
  }
}

function byTopic(proposals: readonly IsrProposal[]): AlterPartitionRequest['topics'] {
  const topics = new Map<string, AlterPartitionRequest['topics'][number]['partitions'][number][]>();
  for (const proposal of proposals) {
    const { topicId, index } = proposal.partition;
    const partitions = topics.get(topicId) ?? [];
    partitions.push({
      partitionIndex: index,
      leaderEpoch: proposal.leaderEpoch,
      newIsr: NO_BROKERS,
      newIsrWithEpochs: proposal.newIsr,
      leaderRecoveryState: 0,
      partitionEpoch: proposal.partitionEpoch,
    });
    topics.set(topicId, partitions);
  }
  return Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions }));
}

function remove(proposals: IsrProposal[], proposal: IsrProposal): void {
  const at = proposals.indexOf(proposal);
  if (at >= 0) proposals.splice(at, 1);
}
