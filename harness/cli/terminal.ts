/** Where the command line writes to and what it hears from its user; tests pass one of their own. */
import { EXIT } from './exit-code.js';

export interface Terminal {
  /** Results. With `--json` one document and nothing else. */
  out(text: string): void;
  /** Progress, remarks, errors. */
  err(text: string): void;
  /** A person watches `err`: a progress bar is welcome. */
  readonly isInteractive: boolean;
  /** Called at the first Ctrl-C; a second one ends the process as usual. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (stoppedReading(error)) return;
    // A result that nobody can read is no result, whatever it was.
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
      // A CI server that gives up asks with SIGTERM.
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.once(signal, listener);
      return () => {
        for (const signal of signals) process.removeListener(signal, listener);
      };
    },
  };
}

/** Whoever reads may stop reading (`| head`): that is no failure of ours, and the exit code still says the verdict. */
function stoppedReading(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}
