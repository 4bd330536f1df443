/**
 * What a read costs on this machine when nothing else is done: each waits for the one before, at places spread over so
 * many bytes. Small sizes are answered by the caches, large ones by memory, ten times slower and more.
 */
const LINE_BYTES = 64;
const READS = 2_000_000;

/** Nanoseconds. */
export function nanosPerRead(bytes: number): number {
  const lines = Math.max(2, Math.floor(bytes / LINE_BYTES));
  const next = ring(lines);
  let at = 0;
  const walk = (reads: number): void => {
    for (let read = 0; read < reads; read++) at = next[at]!;
  };
  walk(READS / 10);
  const before = process.cpuUsage();
  walk(READS);
  const { user, system } = process.cpuUsage(before);
  if (at < 0) throw new Error('no place has a negative number');
  return ((user + system) * 1000) / READS;
}

/** One way through all lines, with no order that a processor could guess. */
function ring(lines: number): Int32Array {
  const step = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT;
  const order = Array.from({ length: lines }, (_, line) => line);
  let state = 1;
  for (let last = lines - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  const next = new Int32Array(lines * step);
  for (const [index, line] of order.entries()) next[line * step] = order[(index + 1) % lines]! * step;
  return next;
}
