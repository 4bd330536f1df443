/** The output and the interrupts of the command line. Tests pass their own terminal. */
import { EXIT } from './exit-code.js';

export interface Terminal {
  /** Results. With `--json` one document and nothing else. */
  out(text: string): void;
  /** Progress, remarks, errors. */
  err(text: string): void;
  /** True when `err` is a terminal, which can show a progress bar. */
  readonly isInteractive: boolean;
  /** Calls `listener` at the first Ctrl-C; a second Ctrl-C ends the process. Returns a function that removes the listener. */
  onInterrupt(listener: () => void): () => void;
}

export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (stoppedReading(error)) return;
    // A result that cannot be written counts as a failure, for every verdict.
    process.stderr.write(`seismolog: cannot write to standard output: ${error.message}\n`);
    process.exit(EXIT.harnessFailed);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!stoppedReading(error)) process.exit(EXIT.harnessFailed);
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    onInterrupt(listener) {
      // A CI server ends a job with SIGTERM.
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.once(signal, listener);
      return () => {
        for (const signal of signals) process.removeListener(signal, listener);
      };
    },
  };
}

/** True when the reader closed the pipe (`| head`). That is not a failure: the exit code is still that of the verdict. */
function stoppedReading(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}
