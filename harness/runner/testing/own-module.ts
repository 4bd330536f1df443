/**
 * Modules as a user would write them, with the toy register, in a temporary folder of the test. The toys are beside them as
 * JavaScript, because Node itself loads a user's module, in worker threads too.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** The first line of each module. */
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
