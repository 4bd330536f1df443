import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline, TimelineMap } from './timeline.js';

type Model = ReadonlyMap<string, number>;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('set'), key: fc.constantFrom('a', 'b', 'c'), value: fc.nat(9) }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('delete'), key: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('next batch') }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('commit'), share: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('roll back'), share: fc.nat(100) }) },
);

describe('a timeline map', () => {
  it('is, after any roll-back, what a map of the remaining batches would be, and reads as of the committed offset', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const timeline = new Timeline();
        const map = new TimelineMap<string, number>(timeline);
        /** The content before the batch at each offset. */
        let before: Model[] = [new Map()];
        let now = new Map<string, number>();
        let committed = 0;
        for (const each of steps) {
          const open = timeline.offset;
          if (each.act === 'set' && 'value' in each) {
            map.set(each.key, each.value);
            now.set(each.key, each.value);
          } else if (each.act === 'delete' && 'key' in each) {
            map.delete(each.key);
            now.delete(each.key);
          } else if (each.act === 'next batch') {
            timeline.offset += 1;
            before[timeline.offset] = new Map(now);
          } else if (each.act === 'commit' && 'share' in each) {
            committed += Math.floor(((open - committed) * each.share) / 100);
            timeline.committedTo(committed);
          } else if (each.act === 'roll back' && 'share' in each) {
            const offset = open - Math.floor(((open - committed) * each.share) / 100);
            timeline.rollBackTo(offset);
            timeline.offset = offset;
            now = new Map(before[offset]);
            before = before.slice(0, offset + 1);
          }
          expect(new Map(map.entries())).toEqual(now);
          for (const key of ['a', 'b', 'c']) {
            expect(map.get(key)).toBe(now.get(key));
            expect(map.committed(key)).toBe(before[committed]!.get(key));
          }
        }
      }),
    );
  });
});
