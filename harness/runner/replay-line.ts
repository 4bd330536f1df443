/** The command that replays a run. */
import type { Origin } from './origin.js';
import { shellQuoted } from './shell-quoted.js';

/** The option `--scenarios` that a command for the scenario needs, with a leading space; empty for a built-in scenario. */
export function scenariosOption({ module }: Origin): string {
  return module === null ? '' : ` --scenarios ${shellQuoted(module.shownPath)}`;
}

/** The command that replays the run. For a scenario that no module exports: the call that a program makes. */
export function replayLine(token: string, origin: Origin): string {
  switch (origin.kind) {
    case 'built-in':
    case 'module':
      return `npx seismolog replay ${token}${scenariosOption(origin)}`;
    case 'handed-over':
      return `await replay('${token}', { scenario })`;
    default: {
      const never: never = origin.kind;
      return never;
    }
  }
}
