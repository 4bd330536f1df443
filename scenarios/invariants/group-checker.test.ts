import { describe, expect, it } from 'vitest';
import { GroupChecker } from './group-checker.js';
import type { Processing } from './group-partition.js';

function checked(report: (checker: GroupChecker) => void): string[] {
  const broken: string[] = [];
  const checker = new GroupChecker({
    report: (invariant, partition, detail) =>
      void broken.push(`${invariant.name}: ${invariant.sentence({ partition, ...detail })}`),
    committedEnd: () => 10,
    now: () => 2_000_000,
  });
  report(checker);
  return broken;
}

const first = { member: 'g1', generationId: 1 };
const second = { member: 'g2', generationId: 2 };
const record = (offset: number, by = first, key: string | null = null): Processing => ({
  ...by,
  offset,
  key,
});

describe('a group', () => {
  it('that processes, commits and hands over breaks nothing', () => {
    const broken = checked((checker) => {
      checker.began('t-0', first, 0, checker.assigned('t-0', first));
      for (const offset of [1, 0, 2]) checker.processed('t-0', record(offset));
      checker.commitAttempted('t-0', 'g1', 3, true);
      checker.commitAcknowledged('t-0', 'g1', 3);
      const floor = checker.assigned('t-0', second);
      checker.began('t-0', second, 3, floor);
      checker.processed('t-0', record(3));
      checker.commitAttempted('t-0', 'g2', 4, true);
    });
    expect(broken).toEqual([]);
  });

  it('whose commit has an unknown outcome may go on from it or from the one before', () => {
    const broken = checked((checker) => {
      checker.assigned('t-0', first);
      checker.processed('t-0', record(0));
      checker.commitAttempted('t-0', 'g1', 1, true);
      const floor = checker.assigned('t-0', second);
      checker.began('t-0', second, 0, floor);
      checker.began('t-0', second, 1, floor);
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
      checker.processed('t-0', record(0));
      checker.commitAttempted('t-0', 'g1', 1, true);
      checker.commitAcknowledged('t-0', 'g1', 1);
      checker.began('t-0', second, 0, checker.assigned('t-0', second));
    });
    expect(broken).toEqual(['committed-offset-lost: g2 begins t-0 at 0 although offset 1 was committed']);
  });

  it('that takes the commit of a member that hung is wrong: the offset goes back', () => {
    const broken = checked((checker) => {
      for (const offset of [0, 1, 2]) checker.processed('t-0', record(offset));
      checker.commitAttempted('t-0', 'g2', 3, true);
      checker.commitAcknowledged('t-0', 'g2', 3);
      checker.commitAttempted('t-0', 'g1', 1, true);
      checker.commitAcknowledged('t-0', 'g1', 1);
    });
    expect(broken).toEqual(['commit-went-back: g1 commits offset 1 of t-0 after offset 3 was committed']);
  });

  it('that begins where nobody committed is wrong', () => {
    const broken = checked((checker) => checker.began('t-0', first, 5, checker.assigned('t-0', first)));
    expect(broken).toEqual(['begins-beyond-commits: g1 begins t-0 at 5 although no commit was above 0']);
  });

  it('that commits what it has not processed, or what is not in the log, is wrong', () => {
    const broken = checked((checker) => {
      checker.processed('t-0', record(0));
      checker.processed('t-0', record(2));
      checker.commitAttempted('t-0', 'g1', 3, true);
      checker.commitAttempted('t-0', 'g1', 11, true);
    });
    expect(broken).toEqual([
      'unprocessed-record: g1 commits offset 3 of t-0, and nobody processed 1: no commit covers it',
      'commit-beyond-log-end: g1 commits offset 11 of t-0, whose committed log ends at 10',
      'unprocessed-record: g1 commits offset 11 of t-0, and nobody processed 1: g1 committed 3 at 2.000 s before the record was processed',
    ]);
  });

  it('that commits first and loses a record: the commit and the rebalance that lost it are named', () => {
    const broken = checked((checker) => {
      checker.began('t-0', first, 0, checker.assigned('t-0', first));
      checker.commitAttempted('t-0', 'g1', 3, false);
      checker.commitAcknowledged('t-0', 'g1', 3);
      checker.processed('t-0', record(0));
      checker.began('t-0', second, 3, checker.assigned('t-0', second));
      checker.processed('t-0', record(3, second));
      checker.finished('t-0', 4);
    });
    expect(broken).toEqual([
      'unprocessed-record: the group commits offset 4 of t-0, and nobody processed 1: g1 committed 3 at 2.000 s before the record was processed; g2, the owner in generation 2, began at 3',
    ]);
  });

  it('may lose a record if it does not promise to process each', () => {
    const broken = checked((checker) => {
      checker.promise(['no-repeat']);
      checker.finished('t-0', 4);
    });
    expect(broken).toEqual([]);
  });

  it('knows what it has processed before, and may do so again if it promises nothing else', () => {
    const broken = checked((checker) => {
      expect([0, 2, 0, 2, 1].map((offset) => checker.processed('t-0', record(offset)))).toEqual([
        true,
        true,
        false,
        false,
        true,
      ]);
    });
    expect(broken).toEqual([]);
  });

  it('repeats a record because a new owner began below it, or because a zombie works on', () => {
    const broken = checked((checker) => {
      checker.promise(['no-repeat']);
      checker.began('t-0', first, 0, checker.assigned('t-0', first));
      checker.processed('t-0', record(0));
      checker.began('t-0', second, 0, checker.assigned('t-0', second));
      checker.processed('t-0', record(0, second));
      checker.processed('t-0', record(1, second));
      checker.processed('t-0', record(1));
    });
    expect(broken).toEqual([
      'processed-twice: g2 processes offset 0 of t-0 again: g1 processed it at 2.000 s; g2 began at 0 in generation 2',
      'processed-twice: g1 processes offset 1 of t-0 again: g2 processed it at 2.000 s; g1 works on what it got in generation 1, and generation 2 gave t-0 to g2',
    ]);
  });

  it('processes the records of a partition, or of a key, in order if it promises that', () => {
    const inOrder = checked((checker) => {
      checker.promise(['order']);
      checker.processed('t-0', record(1, first, 'orders 1'));
      checker.processed('t-0', record(0, first, 'orders 2'));
      // A repeat is no matter.
      checker.processed('t-0', record(1, first, 'orders 1'));
    });
    expect(inOrder).toEqual([]);
    const broken = checked((checker) => {
      checker.promise(['order']);
      for (const offset of [2, 0]) checker.processed('t-0', record(offset));
      for (const offset of [5, 4]) checker.processed('t-0', record(offset, first, 'orders 1'));
    });
    expect(broken).toEqual([
      'processed-out-of-order: g1 processes offset 0 of t-0 for the first time after offset 2',
      'processed-out-of-order: g1 processes offset 4 of t-0 for the first time after offset 5',
    ]);
  });
});
