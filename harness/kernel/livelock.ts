/** A run that fires event after event and gets nowhere: it is ended, since it would never end by itself. */
import { eventKinds, type KernelEvent } from './kernel-event.js';

/**
 * Far beyond what happens at one instant (a thousand partitions make a few thousand), and so few that a run is ended
 * within a second or two.
 */
export const EVENTS_AT_AN_INSTANT_MAX = 1 << 20;

export class Livelock extends Error {
  constructor(what: string, last: KernelEvent) {
    super(`${what}; the last was ${describe(last)}`);
    this.name = 'Livelock';
  }
}

function describe(event: KernelEvent): string {
  const kind = `a ${eventKinds[event.kind] ?? 'world'} event`;
  const label = event.label === '' ? '' : ` (${event.label})`;
  return `${kind}${label}${event.host === null ? '' : ` on ${event.host.name}`}`;
}
