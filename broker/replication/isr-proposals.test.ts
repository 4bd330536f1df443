import { describe, expect, it } from 'vitest';
import type { Env } from '../env.js';
import type { AlterPartitionRequest, AlterPartitionResponse } from '../protocol/apis/56-alter-partition.js';
import { TopicIdPartitions } from '../protocol/topic-id-partition.js';
import { type IsrAnswer, type IsrProposal, IsrProposals } from './isr-proposals.js';

const ORDERS = new TopicIdPartitions().of('id of orders', 'orders', 0);

type Answer = (response: AlterPartitionResponse | null) => void;

/** Requests wait until the test answers them, and time passes when the test says so. */
function setUp() {
  const requests: { readonly topics: AlterPartitionRequest['topics']; readonly answer: Answer }[] = [];
  const timers: (() => void)[] = [];
  const schedule = (_: number, callback: () => void) => {
    timers.push(callback);
    return { cancel: () => undefined };
  };
  const proposals = new IsrProposals({ timers: { schedule } } as unknown as Env, (topics, answer) => {
    requests.push({ topics, answer });
  });
  return {
    proposals,
    requests,
    pass: () => {
      for (const callback of timers.splice(0)) callback();
    },
  };
}

function propose(partitionEpoch: number) {
  const answers: IsrAnswer[] = [];
  const proposal: IsrProposal = {
    partition: ORDERS,
    leaderEpoch: 0,
    partitionEpoch,
    newIsr: [{ brokerId: 1, brokerEpoch: 1 }],
    answered: (answer) => void answers.push(answer),
  };
  return { proposal, answers };
}

function response(errorCode: 'NONE' | 'INVALID_UPDATE_VERSION'): AlterPartitionResponse {
  const partition = {
    partitionIndex: 0,
    errorCode,
    leaderId: 1,
    leaderEpoch: 0,
    isr: [1],
    leaderRecoveryState: 0 as const,
    partitionEpoch: 9,
  };
  return {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    topics: [{ topicId: 'id of orders', partitions: [partition] }],
  };
}

describe('proposals of an ISR', () => {
  it('an answer to a withdrawn proposal does not settle a later one', () => {
    const { proposals, requests } = setUp();
    const early = propose(1);
    const late = propose(2);
    proposals.submit(early.proposal);
    proposals.withdraw(early.proposal);
    proposals.submit(late.proposal);
    requests[0]!.answer(response('INVALID_UPDATE_VERSION'));
    expect([early.answers, late.answers]).toEqual([[], []]);
    expect(requests[1]!.topics[0]!.partitions[0]!.partitionEpoch).toBe(2);
    requests[1]!.answer(response('NONE'));
    expect(late.answers).toHaveLength(1);
  });

  it('has one request under way at a time, and gathers what comes meanwhile', () => {
    const { proposals, requests } = setUp();
    proposals.submit(propose(1).proposal);
    proposals.submit(propose(2).proposal);
    proposals.submit(propose(3).proposal);
    expect(requests).toHaveLength(1);
    requests[0]!.answer(response('NONE'));
    expect(requests[1]!.topics[0]!.partitions).toHaveLength(2);
  });

  it('sends a request that failed as a whole again, without withdrawn proposals', () => {
    const { proposals, requests, pass } = setUp();
    const kept = propose(1);
    const withdrawn = propose(2);
    proposals.submit(propose(0).proposal);
    proposals.submit(kept.proposal);
    proposals.submit(withdrawn.proposal);
    requests[0]!.answer(response('NONE'));
    proposals.withdraw(withdrawn.proposal);
    requests[1]!.answer(null);
    pass();
    expect(requests[2]!.topics[0]!.partitions.map((each) => each.partitionEpoch)).toEqual([1]);
  });
});
