/** Instants and durations in words. All times are virtual microseconds from the start of the run. */

/** `3.204 s`; more digits only where the instant has them. */
export function instantInWords(micros: number): string {
  const millis = micros / 1000;
  const digits = Number.isInteger(millis) ? 3 : 6;
  return `${(micros / 1_000_000).toFixed(digits)} s`;
}

/** `250 µs`, `1.5 ms`, `700 ms`, `4.2 s`. */
export function durationInWords(micros: number): string {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  if (micros < 1_000_000) return `${trim(micros / 1000)} ms`;
  return `${trim(micros / 1_000_000)} s`;
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
