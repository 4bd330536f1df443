import { describe, expect, it } from 'vitest';
import { GroupChecker } from './group-checker.js';

function checked(report: (checker: GroupChecker) => void): string[] {
  const broken: string[] = [];
  const checker = new GroupChecker({
    report: (invariant, partition, detail) =>
      void broken.push(`${invariant.name}: ${invariant.sentence({ partition, ...detail })}`),
    committedEnd: () => 10,
  });
  report(checker);
  return broken;
}

const first = { member: 'g1', generationId: 1 };

describe('a group', () => {
  it('that processes, commits and hands over breaks nothing', () => {
    const broken = checked((checker) => {
      checker.began('t-0', 'g1', 0, checker.assigned('t-0', first));
      for (const offset of [1, 0, 2]) checker.processed('t-0', offset);
      checker.commitAttempted('t-0', 'g1', 3, true);
      checker.commitAcknowledged('t-0', 3);
      const floor = checker.assigned('t-0', { member: 'g2', generationId: 2 });
      checker.began('t-0', 'g2', 3, floor);
      checker.processed('t-0', 3);
      checker.commitAttempted('t-0', 'g2', 4, true);
    });
    expect(broken).toEqual([]);
  });

  it('whose commit has an unknown outcome may go on from it or from the one before', () => {
    const broken = checked((checker) => {
      checker.assigned('t-0', first);
      checker.processed('t-0', 0);
      checker.commitAttempted('t-0', 'g1', 1, true);
      const floor = checker.assigned('t-0', { member: 'g2', generationId: 2 });
      checker.began('t-0', 'g2', 0, floor);
      checker.began('t-0', 'g2', 1, floor);
    });
    expect(broken).toEqual([]);
  });

  it('with two owners of a partition in one generation is wrong', () => {
    const broken = checked((checker) => {
      checker.assigned('t-0', first);
      checker.assigned('t-0', { member: 'g2', generationId: 1 });
    });
    expect(broken).toEqual(['two-owners-in-generation: g1 and g2 both own t-0 in generation 1 of the group']);
  });

  it('may have a member that learns late what it owned', () => {
    const broken = checked((checker) => {
      checker.assigned('t-0', { member: 'g1', generationId: 2 });
      checker.assigned('t-0', { member: 'g2', generationId: 1 });
    });
    expect(broken).toEqual([]);
  });

  it('that forgets an acknowledged commit is wrong', () => {
    const broken = checked((checker) => {
      checker.processed('t-0', 0);
      checker.commitAttempted('t-0', 'g1', 1, true);
      checker.commitAcknowledged('t-0', 1);
      checker.began('t-0', 'g2', 0, checker.assigned('t-0', { member: 'g2', generationId: 2 }));
    });
    expect(broken).toEqual(['committed-offset-lost: g2 begins t-0 at 0 although offset 1 was committed']);
  });

  it('that begins where nobody committed is wrong', () => {
    const broken = checked((checker) => checker.began('t-0', 'g1', 5, checker.assigned('t-0', first)));
    expect(broken).toEqual(['begins-beyond-commits: g1 begins t-0 at 5 although no commit was above 0']);
  });

  it('that commits what it has not processed, or what is not in the log, is wrong', () => {
    const broken = checked((checker) => {
      checker.processed('t-0', 0);
      checker.processed('t-0', 2);
      checker.commitAttempted('t-0', 'g1', 3, true);
      checker.commitAttempted('t-0', 'g1', 11, true);
    });
    expect(broken).toEqual([
      'unprocessed-record: g1 commits offset 3 of t-0, and nobody processed 1',
      'commit-beyond-log-end: g1 commits offset 11 of t-0, whose committed log ends at 10',
      'unprocessed-record: g1 commits offset 11 of t-0, and nobody processed 1',
    ]);
  });

  it('that commits first may process later, and at the end has processed everything', () => {
    const broken = checked((checker) => {
      checker.commitAttempted('t-0', 'g1', 2, false);
      checker.processed('t-0', 0);
      checker.finished('t-0', 2);
    });
    expect(broken).toEqual(['unprocessed-record: the group commits offset 2 of t-0, and nobody processed 1']);
  });

  it('knows what it has processed before', () => {
    const broken = checked((checker) => {
      expect([0, 2, 0, 2, 1].map((offset) => checker.processed('t-0', offset))).toEqual([
        true,
        true,
        false,
        false,
        true,
      ]);
      checker.processedAgain('t-0', 'g1', 2);
    });
    expect(broken).toEqual(['processed-twice: g1 processes offset 2 of t-0, which was processed before']);
  });
});
