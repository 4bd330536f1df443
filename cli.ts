/** Composition root: the command line with this house's scenarios, museum, report and checkers. argv -> exit code. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkFile } from './harness/checkers/check-file.js';
import { main } from './harness/cli/main.js';
import { readRunDirectory } from './reports/read-run-directory.js';
import { renderReport } from './reports/render-report.js';
import { scenarios } from './scenarios/index.js';
import { exhibits } from './scenarios/museum/index.js';

const isCompiled = import.meta.url.endsWith('.js');
const packageJson: unknown = JSON.parse(
  readFileSync(new URL(isCompiled ? '../package.json' : './package.json', import.meta.url), 'utf8'),
);

process.exitCode = await main(process.argv.slice(2), {
  scenarios,
  exhibits,
  renderReport: (directory) => renderReport(readRunDirectory(directory)),
  checkFile,
  workerUrl: new URL(`./scenarios/campaign-worker.${isCompiled ? 'js' : 'ts'}`, import.meta.url),
  codeRoot: fileURLToPath(new URL('.', import.meta.url)),
  version: versionOf(packageJson),
});

function versionOf(document: unknown): string {
  const known = typeof document === 'object' && document !== null && 'version' in document;
  return known && typeof document.version === 'string' ? document.version : 'unknown';
}
