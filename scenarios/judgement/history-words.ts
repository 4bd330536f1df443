/**
 * An anomaly of the history as a sentence with its time, from its first witness. Used for runs in which no record was
 * lost. A witness is Jepsen's error map. If an operation in it has a time, that is the time of the sentence; else the
 * history is searched.
 */
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { Operation, PollCompletion, SendCompletion } from '../../harness/history/operation.js';
import type { StoryLine } from '../../harness/runner/run-data.js';

type Witness = Readonly<Record<string, unknown>>;
type Told = { readonly text: string; readonly timeMicros: number };

/** One line per forbidden anomaly that has a sentence; not in order of time. */
export function brokenHistory(
  anomalies: readonly Anomaly[],
  operations: readonly Operation[],
): readonly StoryLine[] {
  return anomalies.flatMap(({ name, allowed, witnesses: [witness] }) => {
    const told = allowed || witness === undefined ? undefined : SENTENCES.get(name)?.(witness, operations);
    return told === undefined ? [] : [told];
  });
}

const SENTENCES: ReadonlyMap<string, (witness: Witness, operations: readonly Operation[]) => Told> = new Map([
  [
    'duplicate',
    ({ key, value, offsets }, operations) => ({
      text: `record ${value} of ${key} is at offsets ${list(offsets)}`,
      timeMicros: latestSighting(
        operations,
        String(key),
        numbers(offsets).map((offset) => ({ offset, value })),
      ),
    }),
  ],
  [
    'inconsistent-offsets',
    ({ key, offset, values }, operations) => ({
      text: `operations saw records ${list(values)} at the same offset ${offset} of ${key}`,
      timeMicros: latestSighting(
        operations,
        String(key),
        (Array.isArray(values) ? values : []).map((value) => ({ offset: Number(offset), value })),
      ),
    }),
  ],
  [
    'G1a',
    (w) => ({ text: `record ${w.value} of ${w.key} is read although its send failed`, ...at(w.reader) }),
  ],
  ['poll-skip', (w) => ({ text: skipped(w), ...at(w.ops) })],
  ['int-poll-skip', (w) => ({ text: skipped(w), ...at(w.op) })],
  ['nonmonotonic-poll', (w) => ({ text: wentBack(w), ...at(w.ops) })],
  ['int-nonmonotonic-poll', (w) => ({ text: wentBack(w), ...at(w.op) })],
  ['nonmonotonic-send', (w) => ({ text: overtook(w), ...at(w.ops) })],
  [
    'reordered-send',
    (w, operations) => ({
      text: overtook(w),
      timeMicros: latestSighting(operations, String(w.key), placesOf(w.values, w.offsets)),
    }),
  ],
  ['int-nonmonotonic-send', (w) => ({ text: overtook(w), ...at(w.op) })],
]);

/** The witness of a skip between operations has no `values`, so the sentence uses the fields that both kinds have. */
function skipped({ key, delta, skipped: records }: Witness): string {
  const count = Number(delta) - 1;
  const [next]: readonly unknown[] = Array.isArray(records) ? records : [];
  return `a consumer of ${key} skips ${count === 1 ? '1 record' : `${count} records`}, from record ${next}`;
}

function wentBack({ key, values }: Witness): string {
  const [from, to] = Array.isArray(values) ? values : [];
  return from === to
    ? `a consumer of ${key} reads record ${to} again`
    : `a consumer of ${key} goes back from record ${from} to ${to}`;
}

function overtook({ key, values }: Witness): string {
  const [earlier, later] = Array.isArray(values) ? values : [];
  return `record ${later} of ${key} was sent after record ${earlier} and is stored before it`;
}

/** The time at which the last of the operations completed. */
function at(named: unknown): { readonly timeMicros: number } {
  const times = [named].flat().flatMap((operation: unknown) => {
    const isTimed = typeof operation === 'object' && operation !== null && 'time' in operation;
    return isTimed && typeof operation.time === 'number' ? [operation.time] : [];
  });
  return { timeMicros: Math.max(0, ...times) };
}

interface Place {
  readonly offset: number;
  readonly value: unknown;
}

/** The time at which the history first shows the last of these records at its place. */
function latestSighting(operations: readonly Operation[], key: string, places: readonly Place[]): number {
  const first = new Map<string, number>();
  for (const { type, f, value, time } of operations) {
    if (type !== 'ok' || !Array.isArray(value)) continue;
    for (const [offset, record] of f === 'poll' ? polled(value, key) : sent(value, key)) {
      const place = `${offset} ${record}`;
      if (!first.has(place)) first.set(place, time);
    }
  }
  return Math.max(0, ...places.map(({ offset, value }) => first.get(`${offset} ${value}`) ?? 0));
}

function placesOf(values: unknown, offsets: unknown): readonly Place[] {
  const records: readonly unknown[] = Array.isArray(values) ? values : [];
  return numbers(offsets).map((offset, index) => ({ offset, value: records[index] }));
}

function polled(value: readonly PollCompletion[], key: string): readonly (readonly [number, unknown])[] {
  return value.flatMap(([, records]) => records?.[key] ?? []);
}

function sent(value: readonly SendCompletion[], key: string): readonly (readonly [number | null, unknown])[] {
  return value.flatMap(([name, of, record]) => (name === 'send' && of === key ? [record] : []));
}

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'number') : [];
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.join(' and ') : String(value);
}
