/** Actions of a fault plan that clients carry out, by name: what an application does, and no operator. */
import type { ClusterAction } from '../../harness/faults/fault.js';
import type { ActionObjection } from '../../harness/faults/plan-names.js';
import { countOf } from '../cluster/admin-actions.js';

/** The record on which the member works, or the next one, takes `millis` longer: a call that hangs, a slow query. */
export const SLOW_PROCESSING = 'slow-processing';

export const isClientAction = ({ name }: ClusterAction): boolean => name === SLOW_PROCESSING;

/** Null: the clients can be asked to. `rejectTarget` says why a target names no host. */
export function rejectClientAction(
  { name, target, args = {} }: ClusterAction,
  rejectTarget: (target: string) => string | null,
): ActionObjection | null {
  const reason = rejectTarget(target);
  if (reason !== null) return { place: 'target', reason };
  const other = Object.keys(args).find((each) => each !== 'millis');
  if (other !== undefined)
    return { place: `args.${other}`, reason: `no argument "${other}"; ${name} has millis` };
  if (countOf(args.millis) === null)
    return { place: 'args.millis', reason: 'must be a whole number of milliseconds, 1 or more' };
  return null;
}
