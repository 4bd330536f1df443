/** What became of the operations, and of the acknowledged records, as lines that a person reads. */
import type { LossAccount, OperationCount } from '../runner/run-data.js';
import { plural, withCommas } from './plural.js';

type Operations = Readonly<Record<string, OperationCount>>;

/** Of every type with an operation that did not succeed; of sends always. */
export function operationLines(operations: Operations): readonly string[] {
  return Object.entries(operations)
    .filter(([f, { fail, info }]) => f === 'send' || fail + info > 0)
    .map(([f, count]) => `    ${f.padEnd(8)} ${operationWords(count)}`);
}

/** `380 succeeded, 12 failed (NOT_ENOUGH_REPLICAS 12), 3 of unknown outcome (REQUEST_TIMED_OUT 3)`. */
function operationWords({ ok, fail, info, failedBy, unknownBy }: OperationCount): string {
  return [
    `${withCommas(ok)} succeeded`,
    ...(fail === 0 ? [] : [`${withCommas(fail)} failed${byError(failedBy)}`]),
    ...(info === 0 ? [] : [`${withCommas(info)} of unknown outcome${byError(unknownBy)}`]),
  ].join(', ');
}

export function lossLines(losses: readonly LossAccount[]): readonly string[] {
  return losses.map((loss) => `    gone     ${lossWords(loss)}`);
}

function lossWords({ key, records, fromOffset, reason, allowed }: LossAccount): string {
  const what = plural(records, 'acknowledged record');
  return `${what} of ${key}, from offset ${fromOffset}; ${reason} (${allowed ? 'permitted' : 'not permitted'})`;
}

/** Operations that store nothing: a failed one is repeated, and no record depends on it. */
const READS: ReadonlySet<string> = new Set(['assign', 'poll', 'read']);

/** Of a campaign: nothing when every send succeeded and no record is gone. */
export function campaignAccountLines(
  operations: Operations,
  records: number,
  recordsGone: number,
): readonly string[] {
  const troubled = Object.entries(operations).filter(
    ([f, { fail, info }]) => fail + info > 0 && !READS.has(f),
  );
  return [
    ...troubled.map(([f, count]) => `    ${f.padEnd(8)} ${operationWords(count)}`),
    ...(recordsGone === 0
      ? []
      : [`    gone     ${withCommas(recordsGone)} of ${plural(records, 'acknowledged record')}`]),
  ];
}

function byError(counts: Readonly<Record<string, number>> | undefined): string {
  if (counts === undefined) return '';
  const words = Object.entries(counts).map(([name, count]) => `${name} ${withCommas(count)}`);
  return ` (${words.join(', ')})`;
}
