/**
 * The copies of this package that the process has loaded. A module of scenarios may import another copy, for example a global
 * installation instead of the project's. Its scenarios are then for that copy's cluster, and its errors are of that copy's
 * classes: a run would mix two copies, and the fingerprint in its token would be wrong.
 */
const KEY = Symbol.for('seismolog.copies');
const OWN = new URL('../..', import.meta.url).href;

function copies(): Set<string> {
  const known: unknown = Reflect.get(globalThis, KEY);
  if (known instanceof Set) return known;
  const fresh = new Set<string>();
  Reflect.set(globalThis, KEY, fresh);
  return fresh;
}

copies().add(OWN);

/** The addresses of the other copies. */
export function otherCopies(): readonly string[] {
  return [...copies()].filter((copy) => copy !== OWN);
}
