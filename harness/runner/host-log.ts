/** A host's log in pino's format. `time` is the host's wall clock, `t` is virtual microseconds. */
import { type DestinationStream, pino } from 'pino';
import type { LogLine } from './trace-recorder.js';

/** One JSON text with its newline per line. */
export function hostLog(host: string, lines: readonly LogLine[]): readonly string[] {
  const written: string[] = [];
  const destination: DestinationStream = {
    write(text) {
      written.push(text);
    },
  };
  let wallMillis = 0;
  const logger = pino(
    { level: 'debug', base: { hostname: host }, timestamp: () => `,"time":${wallMillis}` },
    destination,
  );
  for (const line of lines) {
    wallMillis = line.wallMillis;
    logger[line.level]({ t: line.timeMicros, ...line.fields }, line.message);
  }
  return written;
}
