import { describe, expect, it } from 'vitest';
import type { Fault } from '../../harness/faults/fault.js';
import { executeRun, fullLimits } from '../../harness/runner/execute-run.js';
import { acks1LeaderCrash } from '../acks.js';
import { withRules } from '../experiment/scenario.js';
import { leaderCrash } from '../leader-crash.js';
import { lostRecords } from './story.js';

describe('the story of a run', () => {
  it('goes from the acknowledgement through the election to the lost record, in order of time', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { story, anomalies } = executeRun(acks1LeaderCrash, { seed: `story-${seed}`, trace: true });
      if (!anomalies.some(({ name, allowed }) => name === 'lost-write' && !allowed)) continue;
      const times = story.map((line) => line.timeMicros);
      expect(times).toEqual([...times].sort((left, right) => left - right));
      const text = story.map((line) => line.text).join('\n');
      expect(text).toMatch(
        /record \d+ acknowledged: orders-0 at offset \d+, leader b\d \(epoch \d+\); on b\d/,
      );
      expect(text).toMatch(/leader epoch \d+: b\d led without offsets from \d+/);
      return;
    }
    expect.fail('no lost write in 100 seeds');
  });

  it('reports a record as on no replica after the final read, not while its last holder has it', () => {
    // The paused leader is back just before the work ends: not all that it acknowledges then gets a successor, in a run
    // that may send no more (as a minimised one), not even to show that it still can.
    const pause: Fault = {
      kind: 'pause',
      atMicros: 8_000_000,
      target: 'leader of orders-0',
      durationMicros: 1_490_000,
    };
    const limits = { ...fullLimits(acks1LeaderCrash), durationMicros: 9_500_000, operationsMax: 700 };
    for (let seed = 1; seed < 40; seed++) {
      const { story, endedAtMicros } = executeRun(acks1LeaderCrash, {
        seed: `${seed}`,
        plan: { version: 1, faults: [pause] },
        limits,
      });
      const end = story.find(({ text }) => text.includes('holds no record'));
      if (end === undefined) continue;
      expect(end.text).toMatch(
        /^in the end offset \d+ of orders-0 holds no record; record \d+ is on no replica$/,
      );
      expect(endedAtMicros - end.timeMicros).toBeLessThan(1_000_000);
      return;
    }
    expect.fail('every lost record had a successor in 40 seeds');
  });

  it('reports a broken invariant with its time and place', () => {
    const wrong = withRules(leaderCrash, 'early-ack', { acknowledgement: () => 'acked' });
    const { story, summary } = executeRun(wrong, { seed: 'story' });
    const sentence =
      /b\d acknowledges offset \d+ of orders-\d \(epoch \d+\); (nothing is committed yet|only the records below \d+ are committed)/;
    expect(story.map((line) => line.text).join('\n')).toMatch(sentence);
    expect(summary).toMatch(sentence);
  });

  it('names each lost record once, also when it is both a lost write and unseen', () => {
    const lost = lostRecords([
      { name: 'lost-write', count: 1, allowed: false, witnesses: [{ key: 'orders-0', value: 7 }] },
      { name: 'unseen', count: 2, allowed: false, witnesses: [{ messages: { 'orders-0': [7, 8] } }] },
    ]);
    expect(lost).toEqual([
      { key: 'orders-0', value: 7 },
      { key: 'orders-0', value: 8 },
    ]);
  });
});
