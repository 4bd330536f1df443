/**
 * Which copies of this package the process has loaded. A module of scenarios that imports another copy (one installed for
 * all, say, beside that of the project) brings scenarios for that copy's cluster and errors of that copy's classes:
 * a run would be a mixture of both, and the fingerprint in its token that of the wrong one.
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

/** Addresses of the copies that are not this one. */
export function otherCopies(): readonly string[] {
  return [...copies()].filter((copy) => copy !== OWN);
}
