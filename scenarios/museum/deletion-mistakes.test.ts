/** Wrong rules of deletion. The scenario `retention` was written for none of them. */
import { describe, expect, it } from 'vitest';
import { type BrokerRules, kafkaRules } from '../../broker/rules/index.js';
import { executeRun, forbiddenAnomalies } from '../../harness/runner/execute-run.js';
import { withRules } from '../experiment/scenario.js';
import { retention } from '../retention.js';

interface Mistake {
  readonly title: string;
  readonly rules: Partial<BrokerRules>;
  readonly checkers: readonly string[];
}

const SEEDS_AT_MOST = 60;

const mistakes: readonly Mistake[] = [
  {
    title: 'records above the high watermark may be deleted',
    rules: { mayDeleteUpTo: () => true },
    checkers: ['deleted-above-hw'],
  },
  {
    title: 'a segment goes by size although less than retention.bytes would be left',
    rules: {
      retentionBreach: (input) =>
        kafkaRules.retentionBreach({ ...input, logSizeBytes: input.logSizeBytes + input.segmentSizeBytes }),
    },
    checkers: ['unpermitted-deletion'],
  },
  {
    title: 'a segment is as old as its start and not as its newest record',
    rules: {
      retentionBreach: (input) =>
        kafkaRules.retentionBreach({ ...input, largestTimestamp: input.largestTimestamp - 1500 }),
    },
    checkers: ['unpermitted-deletion'],
  },
  {
    title: 'the log start offset is always the first segment after a start (before KIP-107)',
    rules: { logStartAtLoad: ({ firstSegmentBaseOffset }) => firstSegmentBaseOffset },
    checkers: ['log-start-regress'],
  },
  {
    title: 'DeleteRecords is answered when the leader alone has deleted (KIP-107)',
    rules: { lowWatermark: ({ logStartOffset }) => logStartOffset },
    checkers: ['deletion-of-leader-alone'],
  },
  {
    title: 'a follower that is behind the leader begins again at the end of the leader',
    rules: {
      outOfRangeAction: (input) =>
        input.leaderLogStartOffset > input.logEndOffset
          ? { kind: 'restart', offset: input.leaderLogEndOffset }
          : kafkaRules.outOfRangeAction(input),
    },
    checkers: ['unpermitted-deletion'],
  },
];

describe('a wrong rule of deletion', () => {
  it.each(mistakes)('$title', ({ rules, checkers }) => {
    const wrong = withRules(retention, 'mistaken', rules);
    for (let seed = 0; seed < SEEDS_AT_MOST; seed++) {
      const { anomalies } = executeRun(wrong, { seed: `sweep-${seed}` });
      const found = forbiddenAnomalies(anomalies).map((anomaly) => anomaly.name);
      if (!found.some((name) => checkers.includes(name))) continue;
      expect(executeRun(retention, { seed: `sweep-${seed}` }).verdict).toBe('valid');
      return;
    }
    expect.fail(`none of ${checkers.join(', ')} within ${SEEDS_AT_MOST} seeds`);
  });
});
