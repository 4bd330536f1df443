/**
 * unseen: acknowledged sends that no ok poll returned by the end. It cannot tell lost from very late, so a run must
 * end with polls that go on until they reach the end of every log.
 *
 * Jepsen also counts values of a key nobody was acknowledged to send to, if the last ok operation is the first to
 * poll that key. Those were seen, and never acknowledged; here they are not unseen.
 */

import type { Value } from '../../history/operation.js';
import type { CheckInput } from './check-input.js';
import { type Finding, findingsOf } from './finding.js';
import { compareValues } from './inconsistent-offsets.js';
import { OK, POLL, READ_OK, SEND, SENT_OK, TXN } from './queue-index.js';

const MESSAGES_PER_KEY_MAX = 32;

export function findUnseen(input: CheckInput): readonly Finding[] {
  const { index } = input;
  const unseen = new Map<number, Value[]>();
  let count = 0;
  for (let value = 0; value < index.marks.length; value++) {
    if ((index.marks[value]! & (SENT_OK | READ_OK)) !== SENT_OK) continue;
    count++;
    const key = index.valueKeys[value]!;
    const values = unseen.get(key);
    if (values === undefined) unseen.set(key, [index.values[value]!]);
    else values.push(index.values[value]!);
  }
  if (count === 0) return [];
  const keys = [...unseen.keys()].sort((a, b) => compareValues(input.key(a), input.key(b)));
  const perKey = keys.map((key) => [String(input.key(key)), unseen.get(key)!.sort(compareValues)] as const);
  // Not by assignment: a key may have any name, `__proto__` too.
  const counts = Object.fromEntries(perKey.map(([key, values]) => [key, values.length]));
  const messages = Object.fromEntries(
    perKey.map(([key, values]) => [key, input.isTrimmed ? values.slice(0, MESSAGES_PER_KEY_MAX) : values]),
  );
  return findingsOf('unseen', count, [{ time: lastJudgedTime(input), unseen: counts, messages }]);
}

function lastJudgedTime({ index }: CheckInput): number | null {
  for (let operation = index.types.length - 1; operation >= 0; operation--) {
    const kind = index.kinds[operation];
    if (index.types[operation] !== OK || (kind !== SEND && kind !== POLL && kind !== TXN)) continue;
    const time = index.times[operation]!;
    return Number.isFinite(time) ? time : null;
  }
  return null;
}
