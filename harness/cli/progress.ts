/** The progress of a campaign: a bar on a terminal, or a line at intervals in other output (a CI log). */
import { SingleBar } from 'cli-progress';
import { plural } from '../api/plural.js';
import type { Progress } from '../api/workplace.js';
import type { Terminal } from './terminal.js';

const LINE_EVERY_MILLIS = 30_000;

/** @param total the number of runs; null when only the time limit ends the campaign. */
export function startProgress(terminal: Terminal, name: string, total: number | null): Progress {
  return terminal.isInteractive ? bar(name, total) : lines(terminal, name, total);
}

function bar(name: string, total: number | null): Progress {
  const format =
    total === null ? `${name} {value} runs{failed}` : `${name} {bar} {value}/{total} runs{failed}`;
  const single = new SingleBar({
    format,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
    barsize: 30,
  });
  single.start(total ?? 0, 0, { failed: '' });
  return {
    update: (done, failures) => single.update(done, { failed: failedWords(failures) }),
    stop: () => single.stop(),
  };
}

function lines(terminal: Terminal, name: string, total: number | null): Progress {
  let lastAt = performance.now();
  return {
    update(done, failures) {
      if (performance.now() - lastAt < LINE_EVERY_MILLIS) return;
      lastAt = performance.now();
      const of = total === null ? plural(done, 'run') : `${done} of ${plural(total, 'run')}`;
      terminal.err(`${name}: ${of}${failedWords(failures)}\n`);
    },
    stop() {},
  };
}

function failedWords(failures: number | null): string {
  return failures === null ? '' : `, ${failures} failed`;
}
