/**
 * What foreign code tells the console goes to standard error: standard output is for results, with `--json` for one document
 * and nothing else.
 */
import { Console } from 'node:console';

export function divertConsole(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
}
