/**
 * What a follower reports of the fetch responses that it uses: the request, and the follower's state when the
 * response came.
 */
import { describe, expect, it } from 'vitest';
import type { FetchAnswerSummary } from '../observer.js';
import type { BrokerRules } from '../rules/index.js';
import { fetchRequest, produceRequest, TinyCluster, valuesOf } from '../testing/tiny-cluster.js';

/**
 * The fetch responses used while a broker regains a partition from another broker, which still leads a second one. A
 * fetch for both partitions waits there, and is answered when the follower that sent it knows the new epoch.
 */
function answersAtHandover(rules: Partial<BrokerRules>): {
  readonly used: readonly FetchAnswerSummary[];
  readonly discarded: number;
} {
  const used: FetchAnswerSummary[] = [];
  const cluster = TinyCluster.ready({
    partitions: 3,
    rules,
    listener: { fetchAnswerUsed: (_, answer) => void used.push(answer) },
  });
  const preferred = cluster.leaderName(2);
  cluster.stopBroker(preferred);
  cluster.startBroker(preferred);
  cluster.awaitFullIsr();
  const instead = cluster.leaderName(2);
  expect([cluster.leaderName(0), cluster.leaderName(1)]).toContain(instead);
  used.length = 0;
  cluster.electPreferred();
  cluster.run(1);
  expect(cluster.leaderName(2)).toBe(preferred);
  return { used, discarded: cluster.reached('stale fetch response discarded') };
}

const isOfAnotherEpoch = (answer: FetchAnswerSummary): boolean =>
  answer.requestedLeaderEpoch !== answer.currentLeaderEpoch;

describe('an answer to a fetch of an earlier leader epoch (KIP-320)', () => {
  it('is not used', () => {
    const { used, discarded } = answersAtHandover({});
    expect(discarded).toBeGreaterThan(0);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter(isOfAnotherEpoch)).toEqual([]);
  });

  it('is reported with both epochs when a wrong rule accepts it', () => {
    const { used } = answersAtHandover({ acceptFetchResponse: () => true });
    expect(used.find(isOfAnotherEpoch)).toMatchObject({
      requestedLeaderEpoch: 1,
      currentLeaderEpoch: 2,
      requestedOffset: 0,
      logEndOffset: 0,
    });
  });
});

describe('a consumer that reads from a follower (KIP-392)', () => {
  it('waits there, and gets a record when the follower knows that it is committed', () => {
    const cluster = TinyCluster.ready({});
    const follower = cluster.followerNames()[0]!;
    const answers: (readonly string[])[] = [];
    const body = fetchRequest(0, { maxWaitMs: 10_000 });
    cluster.send(follower, 'Fetch', body, (result) => {
      if (result.ok) answers.push(valuesOf(result.body.responses[0]?.partitions[0]));
    });
    cluster.run(1);
    expect(answers).toEqual([]);
    cluster.request(cluster.leaderName(), 'Produce', produceRequest(['a'], -1, 5_000));
    cluster.run(1);
    expect(answers).toEqual([['a']]);
  });
});
