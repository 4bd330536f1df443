/**
 * unseen: acknowledged sends that no ok poll returned by the end of the history. The check cannot distinguish lost from late
 * values, so a run must end with polls to the end of every log.
 *
 * Jepsen also counts the values of a key without acknowledged sends when the last ok operation is the first that polls the
 * key. Those values were seen and never acknowledged, so this check does not count them.
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
  // Object.fromEntries instead of assignment, because a key may have any name, including `__proto__`.
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
