/** A livelock: a run fires events without end, at one instant or beyond its limit. The kernel ends such a run with an error. */
import { eventKinds, type KernelEvent } from './kernel-event.js';

/**
 * The limit is far above what a correct run fires at one instant (a thousand partitions cause a few thousand events), and low
 * enough to end a livelock within a second or two.
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
