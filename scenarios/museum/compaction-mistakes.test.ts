/** Wrong rules of compaction. The scenario `compaction` was written for none of them. */
import { describe, expect, it } from 'vitest';
import { type BrokerRules, kafkaRules } from '../../broker/rules/index.js';
import { executeRun, forbiddenAnomalies } from '../../harness/runner/execute-run.js';
import { compaction } from '../compaction.js';
import { withRules } from '../experiment/scenario.js';

interface Mistake {
  readonly title: string;
  readonly rules: Partial<BrokerRules>;
  readonly checkers: readonly string[];
}

const SEEDS_AT_MOST = 40;
const LOSS = ['lost-write', 'unseen', 'committed-loss', 'leader-completeness', 'unexplained-loss'];

const mistakes: readonly Mistake[] = [
  {
    title: 'the last record of a key goes, and the first one stays',
    rules: {
      retainsRecord: (input) =>
        input.offset > input.latestOffsetOfMap || input.offset !== input.latestOffsetOfKey,
    },
    checkers: LOSS,
  },
  {
    title: 'the cleaner goes beyond the high watermark',
    rules: {
      firstUncleanableOffset: (input) =>
        kafkaRules.firstUncleanableOffset({ ...input, lastStableOffset: Number.MAX_SAFE_INTEGER }),
    },
    checkers: ['deleted-above-hw'],
  },
  {
    title: 'a follower takes no batch behind a gap',
    rules: {
      acceptsFollowerBatch: (input) => kafkaRules.acceptsFollowerBatch({ ...input, isCompacted: false }),
    },
    checkers: ['not-converged', ...LOSS],
  },
  {
    title: 'the recovery ends a compacted log at its first gap',
    rules: { isBatchIntact: (input) => kafkaRules.isBatchIntact({ ...input, mayHaveGaps: false }) },
    checkers: [...LOSS, 'synced-loss'],
  },
];

describe('a wrong rule of compaction', () => {
  it.each(mistakes)('$title', ({ rules, checkers }) => {
    const wrong = withRules(compaction, 'mistaken', rules);
    for (let seed = 0; seed < SEEDS_AT_MOST; seed++) {
      const { anomalies } = executeRun(wrong, { seed: `sweep-${seed}` });
      const found = forbiddenAnomalies(anomalies).map((anomaly) => anomaly.name);
      if (!found.some((name) => checkers.includes(name))) continue;
      expect(executeRun(compaction, { seed: `sweep-${seed}` }).verdict).toBe('valid');
      return;
    }
    expect.fail(`none of ${checkers.join(', ')} within ${SEEDS_AT_MOST} seeds`);
  });
});
