/** `npm start`: from a fresh checkout to the story; `npm start -- run leader-crash --seeds 500` for any command. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run-node.mjs';
import { installPackages, requireNode } from './set-up.mjs';

requireNode();
installPackages();
await import(pathToFileURL(join(ROOT, 'bin', 'seismolog.mjs')).href);
