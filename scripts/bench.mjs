/** `npm run bench`: measures the compiled code, so that no loader stands between it and the engine. */
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { ROOT, runNode } from './run-node.mjs';
import { installPackages, requireNode } from './set-up.mjs';

requireNode();
installPackages();
const status = await buildIfStale();
process.exitCode =
  status === 0 ? runNode(join(ROOT, 'dist', 'bench', 'index.js'), process.argv.slice(2)) : status;
