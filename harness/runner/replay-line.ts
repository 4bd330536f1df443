/** What somebody types to see a run again. */
import type { Origin } from './origin.js';
import { shellQuoted } from './shell-quoted.js';

/** What a command that names the scenario needs besides, with the space in front; empty where it needs nothing. */
export function scenariosOption({ module }: Origin): string {
  return module === null ? '' : ` --scenarios ${shellQuoted(module.shownPath)}`;
}

/** A command where there is one; for a scenario that no module exports, the call that a program would make. */
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
