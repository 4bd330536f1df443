/**
 * Modules as a user would write them, over the toy register; written into a folder of a test's own. The toys lie beside them as
 * JavaScript, since it is Node that loads a user's module, in a worker thread, too.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** What stands at the head of each. */
export const TOYS = "import { registerScenario, safeRegister } from './toys.mjs';\n";

/** A scenario that holds, one that does not, and a rule that is nobody's business. */
export const OWN_SCENARIOS = `${TOYS}
export const rule = () => 'acked';
export const careful = registerScenario('careful', { hasty: false });
export const scenarios = [registerScenario('hasty-own', { hasty: true }), careful];
`;

export function writeModule(folder: string, name: string, source: string): string {
  const toys = join(folder, 'toys.mjs');
  if (!existsSync(toys)) {
    buildSync({
      entryPoints: [fileURLToPath(new URL('./register-experiment.ts', import.meta.url))],
      outfile: toys,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
    });
  }
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}
