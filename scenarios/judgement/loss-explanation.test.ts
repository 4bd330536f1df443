import { describe, expect, it } from 'vitest';
import type { Properties } from '../../broker/config/definitions.js';
import type { Anomaly } from '../../harness/checkers/verdict.js';
import { History } from '../../harness/history/history.js';
import { threeBrokers } from '../cluster/cluster-spec.js';
import { ReplicaChecker } from '../invariants/replica-checker.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { guaranteeOf, topicGuaranteeOf } from './guarantee.js';
import { LossExplanation } from './loss-explanation.js';

const P = 'orders-0';
const ALL = ['b1', 'b2', 'b3'];

/** Values 10, 11 … at offsets 0, 1 …, acknowledged by b1 alone in epoch 0; then b2, which has only the first, leads. */
function explanation(topic: Properties, producer: Properties = {}, comesBack = false): LossExplanation {
  const guarantee = guaranteeOf(
    threeBrokers({ topics: { orders: { partitions: 1, config: topic } } }),
    produceAndConsume({ producerConfig: producer }),
  );
  const settings = { ...topicGuaranteeOf(guarantee, P), diskLoss: true };
  const checker = new ReplicaChecker({ settingsOf: () => settings, now: () => 0 });
  const history = new History();
  const lead = (leader: string, leaderEpoch: number): void => {
    checker.partitionChanged(P, {
      leader,
      leaderEpoch,
      partitionEpoch: leaderEpoch,
      isr: [leader],
      replicas: ALL,
    });
    checker.roleChanged(leader, P, 'leader', leaderEpoch);
  };
  for (const host of ALL) checker.logOpened(host, P, []);
  lead('b1', 0);
  for (let offset = 0; offset < 4; offset++) {
    const batch = { baseOffset: offset, lastOffset: offset, leaderEpoch: 0, crc: offset };
    for (const host of offset === 0 ? ['b1', 'b2'] : ['b1']) checker.appended(host, P, batch);
    if (guarantee.acks === -1) checker.highWatermarkMoved('b1', P, offset + 1, 'leader');
    checker.acknowledged('b1', P, offset, offset, 0, guarantee.acks);
    const invocation = history.invoke(offset, 'p1#1/0', 'send', [['send', P, 10 + offset]]);
    history.complete(invocation, offset, 'ok', [['send', P, [offset, 10 + offset]]]);
  }
  lead('b2', 1);
  if (comesBack) lead('b1', 2);
  return new LossExplanation(checker, guarantee, history.operations);
}

function judged(explained: LossExplanation, name: string, witness: Record<string, unknown>, strict = false) {
  const anomaly: Anomaly = { name, count: 1, witnesses: [{ key: P, ...witness }], allowed: false };
  return explained.judge([anomaly], strict).map((each) => [each.name, each.allowed]);
}

const UNCLEAN = { 'unclean.leader.election.enable': 'true' };
const RETRIED = { 'enable.idempotence': 'false' };

describe('no unexplained loss', () => {
  it('a lost write is permitted if the unclean election that lost it is', () => {
    expect(judged(explanation(UNCLEAN), 'lost-write', { value: 12 })).toEqual([['lost-write', true]]);
    expect(judged(explanation({}), 'lost-write', { value: 12 })).toEqual([
      ['lost-write', false],
      ['unexplained-loss', false],
    ]);
  });

  it('a record that the elected replica had is not explained by its election', () => {
    expect(judged(explanation(UNCLEAN), 'lost-write', { value: 10 })).toEqual([
      ['lost-write', false],
      ['unexplained-loss', false],
    ]);
  });

  it('acks=1 permits a loss in a clean election, acks=all does not', () => {
    const acks1 = explanation({}, { acks: '1', ...RETRIED });
    expect(judged(acks1, 'lost-write', { value: 13 })).toEqual([['lost-write', true]]);
  });

  it('all of several unseen records must be explained', () => {
    const explained = explanation(UNCLEAN);
    expect(judged(explained, 'unseen', { messages: { [P]: [11, 13] } })).toEqual([['unseen', true]]);
    expect(judged(explained, 'unseen', { messages: { [P]: [10, 13] } })[0]).toEqual(['unseen', false]);
  });

  it('a strict promise forbids a loss that Kafka permits, and still distinguishes it from an unexplained one', () => {
    expect(judged(explanation(UNCLEAN), 'lost-write', { value: 12 }, true)).toEqual([['lost-write', false]]);
  });

  it('a record lost and sent again may lie at one offset of each history, and at no more', () => {
    const explained = explanation(UNCLEAN);
    expect(judged(explained, 'duplicate', { value: 12, offsets: [2, 1] })).toEqual([['duplicate', true]]);
    expect(judged(explained, 'duplicate', { value: 10, offsets: [0, 5] })).toEqual([['duplicate', false]]);
  });

  it('a duplicate is permitted if a replica replaced in an unclean election returned with its own copy in another', () => {
    const witness = { value: 10, offsets: [0, 5] };
    expect(judged(explanation(UNCLEAN, {}, true), 'duplicate', witness)).toEqual([['duplicate', true]]);
    expect(judged(explanation({}, {}, true), 'duplicate', witness)).toEqual([['duplicate', false]]);
  });

  it('duplicates are permitted to retries without idempotence', () => {
    const witness = { value: 10, offsets: [0, 5] };
    expect(judged(explanation({}, RETRIED), 'duplicate', witness)).toEqual([['duplicate', true]]);
  });

  it('a copy that lands late is only a duplicate if the acknowledged copies are in the order of sending', () => {
    const one = { ...RETRIED, 'max.in.flight.requests.per.connection': '1' };
    const judgeSends = (values: number[]) => judged(explanation({}, one), 'nonmonotonic-send', { values });
    expect(judgeSends([10, 11])).toEqual([['nonmonotonic-send', true]]);
    expect(judgeSends([11, 10])).toEqual([['nonmonotonic-send', false]]);
  });

  it('acks=0 permits reordering: a request may wait in a connection that the producer gave up', () => {
    const judgeReordering = (acks: string) => {
      const producer = { acks, ...RETRIED, 'max.in.flight.requests.per.connection': '1' };
      return judged(explanation({}, producer), 'reordered-send', { values: [10] });
    };
    expect(judgeReordering('0')).toEqual([['reordered-send', true]]);
    expect(judgeReordering('1')).toEqual([['reordered-send', false]]);
  });

  it('reordering is permitted with several requests in flight and not with one', () => {
    const witness = { values: [10, 11] };
    const one = { ...RETRIED, 'max.in.flight.requests.per.connection': '1' };
    expect(judged(explanation({}, RETRIED), 'reordered-send', witness)).toEqual([['reordered-send', true]]);
    expect(judged(explanation({}, one), 'reordered-send', { values: [10] })).toEqual([
      ['reordered-send', false],
    ]);
  });
});
