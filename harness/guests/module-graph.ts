/**
 * The modules of one guest: every CommonJS file that it loads is evaluated anew for this guest, in this realm, with the
 * globals and built-in modules of its host. Two guests share no module state, and a host that starts again loads its
 * program again. Sources are read and compiled once per process.
 *
 * Each file becomes two nested functions: the outer one takes the globals, the inner one what CommonJS gives a module
 * (`exports`, `require`, …). A file may therefore declare `const crypto = require('crypto')`.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { outsideSimulation } from '../kernel/guard.js';
import { HarnessBug } from '../kernel/harness-bug.js';

interface Module {
  exports: unknown;
  readonly id: string;
  readonly filename: string;
  loaded: boolean;
}

type Evaluate = (
  exports: unknown,
  require: (specifier: string) => unknown,
  module: Module,
  filename: string,
  directory: string,
) => void;

export interface GuestSurroundings {
  /** The values that the guest finds under the names of globals. The names are the same for every guest. */
  readonly globals: ReadonlyMap<string, unknown>;
  /** The built-in module of a name without `node:`. */
  readonly builtin: (name: string) => unknown;
}

/** Compiled files by path; their outer functions. */
const compiled = new Map<string, (...globals: unknown[]) => Evaluate>();

export class ModuleGraph {
  readonly #surroundings: GuestSurroundings;
  readonly #modules = new Map<string, Module>();

  constructor(surroundings: GuestSurroundings) {
    this.#surroundings = surroundings;
  }

  /** The exports of a file, evaluated at its first load. */
  load(path: string): unknown {
    const filename = outsideSimulation(() => realpathSync(path));
    const known = this.#modules.get(filename);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {}, id: filename, filename, loaded: false };
    this.#modules.set(filename, module);
    if (filename.endsWith('.json')) {
      module.exports = JSON.parse(outsideSimulation(() => readFileSync(filename, 'utf8')));
    } else {
      const { globals } = this.#surroundings;
      const evaluate = compile(filename, [...globals.keys()])(...globals.values());
      evaluate(module.exports, this.#requireFrom(filename), module, filename, dirname(filename));
    }
    module.loaded = true;
    return module.exports;
  }

  #requireFrom(filename: string): (specifier: string) => unknown {
    const resolve = createRequire(filename).resolve;
    return (specifier) => {
      if (isBuiltin(specifier)) return this.#surroundings.builtin(specifier.replace(/^node:/, ''));
      const path = outsideSimulation(() => resolve(specifier));
      if (path.endsWith('.node'))
        throw new HarnessBug(`${specifier} is native code, which a guest cannot load`);
      return this.load(path);
    };
  }
}

function compile(filename: string, globals: readonly string[]): (...globals: unknown[]) => Evaluate {
  const known = compiled.get(filename);
  if (known !== undefined) return known;
  const source = outsideSimulation(() => readFileSync(filename, 'utf8')).replace(/^#!.*/, '');
  // One line before the source, so that the lines of stacks are those of the file.
  const head = `(function(${globals.join(',')}){return function(exports,require,module,__filename,__dirname){`;
  const outer = new Script(`${head}${source}\n}})`, {
    filename,
    columnOffset: -head.length,
  }).runInThisContext();
  compiled.set(filename, outer);
  return outer;
}
