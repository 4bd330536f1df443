/** What every command needs while it works: parts, terminal, where runs are written, Ctrl-C, the code's fingerprint. */
import { relative } from 'node:path';
import { codeFingerprint } from '../runner/code-fingerprint.js';
import { type Examined, type ExamineOptions, examineRun } from '../runner/examine.js';
import type { CliParts } from './cli-parts.js';
import { startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

export const DEFAULT_RUNS_DIRECTORY = 'runs';

export class Session {
  readonly parts: CliParts;
  readonly terminal: Terminal;
  readonly runsDirectory: string;
  readonly #abort = new AbortController();

  constructor(parts: CliParts, terminal: Terminal, runsDirectory: string) {
    this.parts = parts;
    this.terminal = terminal;
    this.runsDirectory = runsDirectory;
  }

  get fingerprint(): string {
    return codeFingerprint(this.parts.codeRoot);
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Runs `body` with Ctrl-C turned into `signal`. */
  async interruptible<T>(body: () => Promise<T>): Promise<T> {
    const stopListening = this.terminal.onInterrupt(() => {
      this.terminal.err('\ninterrupted; finishing what is under way (again to quit at once)\n');
      this.#abort.abort();
    });
    try {
      return await body();
    } finally {
      stopListening();
    }
  }

  async examine(
    run: Pick<ExamineOptions, 'scenario' | 'seed' | 'plan' | 'limits' | 'minimiseRunsMax' | 'seenDigest'>,
  ): Promise<Examined> {
    const { scenario, minimiseRunsMax } = run;
    const progress =
      minimiseRunsMax === null
        ? null
        : startProgress(this.terminal, `${scenario.name}, minimising`, minimiseRunsMax);
    try {
      return await examineRun({
        ...run,
        fingerprint: this.fingerprint,
        runsDirectory: this.runsDirectory,
        renderReport: this.parts.renderReport,
        versions: { seismolog: this.parts.version, node: process.version, code: this.fingerprint },
        shouldStop: () => this.signal.aborted,
        onProgress: (runs) => progress?.update(runs, null),
      });
    } finally {
      progress?.stop();
    }
  }

  print(lines: readonly string[]): void {
    if (lines.length > 0) this.terminal.out(`${lines.join('\n')}\n`);
  }

  printJson(document: unknown): void {
    this.terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** A path as a person would type it here. */
  shownPath(path: string): string {
    const shown = relative(process.cwd(), path);
    return shown.startsWith('..') || shown === '' ? path : shown;
  }
}
