/**
 * The page's script as text. In a built package the bundle is beside this file, written by the build with `bundlePage`. From
 * sources esbuild, a development dependency, bundles it on first use. The repository therefore contains no generated file that
 * could be outdated.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Where the build puts the bundle, seen from this file's own folder. */
const bundleName = './page/page.bundle.js';

let pageText: string | null = null;

export function pageScript(): string {
  const built = beside(bundleName);
  pageText ??= existsSync(built) ? readFileSync(built, 'utf8') : bundlePage(entryPoint());
  return pageText;
}

/** Bundles the page's modules into one script that stands alone. Needs esbuild, a development dependency. */
export function bundlePage(entry: string): string {
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [entry],
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

/** TypeScript in a checkout, JavaScript where this file is compiled. */
function entryPoint(): string {
  const source = beside('./page/main.ts');
  return existsSync(source) ? source : beside('./page/main.js');
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

let plotText: string | null = null;

/** uPlot's own minified build; its licence asks that the notice goes with every copy, and each report is one. */
export function plotScript(): string {
  if (plotText === null) {
    const script = require.resolve('uplot/dist/uPlot.iife.min.js');
    const licence = readFileSync(join(dirname(script), '..', 'LICENSE'), 'utf8');
    plotText = `/*! uPlot\n${licence}*/\n${readFileSync(script, 'utf8')}`;
  }
  return plotText;
}
