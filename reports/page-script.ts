/**
 * The page's script as text. In a built package it lies beside this file, bundled by the build; from sources it is bundled
 * here by esbuild, which a checkout always has. So nothing generated is kept in the repository and nothing can be stale.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const built = fileURLToPath(new URL('./page/page.bundle.js', import.meta.url));
const source = fileURLToPath(new URL('./page/main.ts', import.meta.url));

let pageText: string | null = null;

export function pageScript(): string {
  pageText ??= existsSync(built) ? readFileSync(built, 'utf8') : bundle();
  return pageText;
}

function bundle(): string {
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

let plotText: string | null = null;

/** uPlot's own minified build; its licence asks that the notice goes with it. */
export function plotScript(): string {
  plotText ??= `/*! uPlot, copyright (c) Leon Sorokin, MIT licence */\n${readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8')}`;
  return plotText;
}
