/** Where the command line writes to and what it hears from its user; tests pass one of their own. */
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
  // Whoever reads may stop reading (`| head`): that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => void process.removeListener('SIGINT', listener);
    },
  };
}
