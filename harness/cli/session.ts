/** The context of a command: the house, the scenarios, the terminal, the directory for runs, and Ctrl-C. */
import { examineAt, type RunToExamine } from '../api/examine-run.js';
import type { Progress, Workplace } from '../api/workplace.js';
import { Catalogue } from '../runner/catalogue.js';
import type { Examined } from '../runner/examine.js';
import type { ScenarioModule } from '../runner/scenario-module.js';
import type { CliParts } from './cli-parts.js';
import { startProgress } from './progress.js';
import type { Terminal } from './terminal.js';

export const DEFAULT_RUNS_DIRECTORY = 'runs';

export interface SessionOptions {
  readonly parts: CliParts;
  readonly terminal: Terminal;
  readonly runsDirectory: string;
  /** The module of `--scenarios`, or null. */
  readonly module: ScenarioModule | null;
}

export class Session implements Workplace {
  readonly house: CliParts;
  readonly catalogue: Catalogue;
  readonly terminal: Terminal;
  readonly runsDirectory: string;
  readonly #abort = new AbortController();

  /** @throws ScenarioModuleError when a scenario of the module has the name of a built-in one. */
  constructor({ parts, terminal, runsDirectory, module }: SessionOptions) {
    this.house = parts;
    this.catalogue = new Catalogue(parts, module);
    this.terminal = terminal;
    this.runsDirectory = runsDirectory;
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

  beginProgress(name: string, total: number | null): Progress {
    return startProgress(this.terminal, name, total);
  }

  examine(run: RunToExamine): Promise<Examined> {
    return examineAt(this, run);
  }

  print(lines: readonly string[]): void {
    if (lines.length > 0) this.terminal.out(`${lines.join('\n')}\n`);
  }

  printJson(document: unknown): void {
    this.terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  }
}
