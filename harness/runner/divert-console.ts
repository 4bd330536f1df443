/**
 * Diverts the console output of a user's code to standard error. Standard output is for results; with `--json` it holds one
 * document and nothing else.
 */
import { Console } from 'node:console';

export function divertConsole(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
}
