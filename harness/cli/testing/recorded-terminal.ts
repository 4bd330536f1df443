/** A terminal for tests: it records its output and can be interrupted. */
import type { Terminal } from '../terminal.js';

export class RecordedTerminal implements Terminal {
  readonly isInteractive = false;
  stdout = '';
  stderr = '';
  #interrupt: (() => void) | null = null;
  readonly #onOut: (terminal: RecordedTerminal) => void;

  /** @param onOut called after each text on standard output, for example to interrupt there. */
  constructor(onOut: (terminal: RecordedTerminal) => void = () => {}) {
    this.#onOut = onOut;
  }

  readonly out = (text: string): void => {
    this.stdout += text;
    this.#onOut(this);
  };

  readonly err = (text: string): void => {
    this.stderr += text;
  };

  onInterrupt(listener: () => void): () => void {
    this.#interrupt = listener;
    return () => {
      this.#interrupt = null;
    };
  }

  pressCtrlC(): void {
    this.#interrupt?.();
  }
}
