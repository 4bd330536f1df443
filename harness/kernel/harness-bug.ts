/**
 * A broken assumption of the harness or of a program under test. It stops the run (ARCHITECTURE: three shapes of failure).
 * Operating errors are typed results and never a HarnessBug.
 */
export class HarnessBug extends Error {
  override readonly name = 'HarnessBug';
}

/** Stops the run when `condition` does not hold. `message` says which assumption broke. */
export function insist(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new HarnessBug(message);
  }
}
