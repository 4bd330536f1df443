#!/usr/bin/env node
/** Starts the compiled command line. In a checkout it compiles first when the sources have changed. */
import { existsSync } from 'node:fs';

const buildScript = new URL('../scripts/build.mjs', import.meta.url);
const cli = new URL('../dist/cli.js', import.meta.url);

if (await isCurrent()) {
  await import(cli.href);
} else {
  process.exitCode = 70;
}

/** An installed package has no build script: what is in dist is all there is. */
async function isCurrent() {
  if (!existsSync(buildScript)) return true;
  const { buildIfStale, canBuild } = await import(buildScript.href);
  if (!canBuild()) {
    if (existsSync(cli)) return true;
    console.error('seismolog: nothing is compiled and no compiler is installed; run npm ci first');
    return false;
  }
  if ((await buildIfStale()) === 0) return true;
  console.error('seismolog: the sources have changed and could not be compiled; the reason stands above');
  return false;
}
