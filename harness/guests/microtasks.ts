/**
 * Promises of guests. A guest continues its work in promise callbacks, and an event of a host with a guest is over only
 * when all of them have run. `process._tickCallback` runs the callbacks of `process.nextTick` and of promises until
 * none is left, as Node does between two callbacks of its own event loop. So a run with guests stays one synchronous
 * call, with one order of events.
 *
 * V8 runs no promise callback inside another one. A run with guests therefore begins in a callback of the event loop,
 * never in the continuation of an `await` (`inMacrotask`).
 */
import { HarnessBug } from '../kernel/harness-bug.js';

type TickCallback = () => void;

const tickCallback = Reflect.get(process, '_tickCallback') as TickCallback | undefined;

/** The rejections that no guest handled since the last drain. */
let unhandled: unknown[] | null = null;
let isListening = false;

/** @throws the reason of a rejection that the guest did not handle: a process of its own would end here. */
export function drainMicrotasks(): void {
  if (tickCallback === undefined) throw new HarnessBug('this version of Node cannot run guests');
  if (!isListening) {
    isListening = true;
    process.on('unhandledRejection', onUnhandledRejection);
  }
  unhandled = [];
  tickCallback.call(process);
  const [first] = unhandled;
  const isRejected = unhandled.length > 0;
  unhandled = null;
  if (isRejected) throw first;
}

/** A rejection outside of a drain is treated as without a listener: it ends the process. */
function onUnhandledRejection(reason: unknown): void {
  if (unhandled === null) throw reason;
  unhandled.push(reason);
}

/** Whether promise callbacks can be run from here. */
export function canDrainMicrotasks(): boolean {
  let hasRun = false;
  void Promise.resolve().then(() => {
    hasRun = true;
  });
  tickCallback?.call(process);
  return hasRun;
}

/** Calls `work` from the event loop, where `drainMicrotasks` works. */
export function inMacrotask<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
}
