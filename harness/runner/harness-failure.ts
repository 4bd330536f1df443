import { fileURLToPath } from 'node:url';

const HARNESS_URL = new URL('..', import.meta.url).href;
const HARNESS_PATH = fileURLToPath(HARNESS_URL);

/** The harness itself failed: no verdict about the system, exit code 70. */
export class HarnessFailure extends Error {
  constructor(doing: string, cause: unknown) {
    super(`the harness failed while ${doing}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = 'HarnessFailure';
  }
}

/**
 * True for an error that the JavaScript engine raised (a property of undefined, a stack overflow) in a line of the harness. An
 * assertion in any place is a finding instead: it means that a program broke a rule.
 */
export function isHarnessMistake(error: unknown): boolean {
  if (error instanceof HarnessFailure) return true;
  if (!(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError))
    return false;
  const top = (error.stack ?? '').split('\n').find((line) => line.trimStart().startsWith('at '));
  return top !== undefined && isHarnessFrame(top);
}

/** True for a stack line in the harness. The programs of the harness's tests do not count. */
export function isHarnessFrame(frame: string): boolean {
  return (frame.includes(HARNESS_PATH) || frame.includes(HARNESS_URL)) && !/[\\/]testing[\\/]/.test(frame);
}
