/** The house put together: this package's scenarios, museum, report and checkers, for the command line and for programs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { useZstdCompressor } from './broker/protocol/compression/zstd-compressor.js';
import { compressZstd } from './doors/zstd-compressor.js';
import type { CliParts } from './harness/cli/cli-parts.js';
import { checkAnyFile } from './live/check-any-file.js';
import { addBrokerCommand } from './live/cli/broker-command.js';
import { addVerifiableConsumerCommand } from './live/cli/verifiable-consumer-command.js';
import { addVerifiableProducerCommand } from './live/cli/verifiable-producer-command.js';
import { readRunDirectory } from './reports/read-run-directory.js';
import { renderReport } from './reports/render-report.js';
import { renderSummary } from './reports/summary-page.js';
import { auditCommandOf } from './scenarios/audit/audit-command.js';
import { auditScenarioNamed } from './scenarios/audit/audit-scenario.js';
import { guestScenarios, scenarios, storyScenarios } from './scenarios/index.js';
import { exhibits } from './scenarios/museum/index.js';

useZstdCompressor(compressZstd);

const isCompiled = import.meta.url.endsWith('.js');
const packageJson: unknown = JSON.parse(
  readFileSync(new URL(isCompiled ? '../package.json' : './package.json', import.meta.url), 'utf8'),
);

export const house: CliParts = {
  scenarios: [...scenarios, ...guestScenarios],
  story: storyScenarios,
  exhibits,
  renderReport: (directory) => renderReport(readRunDirectory(directory)),
  renderSummary,
  checkFile: checkAnyFile,
  commands: [
    addBrokerCommand,
    addVerifiableProducerCommand,
    addVerifiableConsumerCommand,
    auditCommandOf(() => house),
  ],
  scenarioNamed: auditScenarioNamed,
  workerUrl: new URL(`./scenarios/campaign-worker.${isCompiled ? 'js' : 'ts'}`, import.meta.url),
  codeRoot: fileURLToPath(new URL('.', import.meta.url)),
  version: versionOf(packageJson),
};

function versionOf(document: unknown): string {
  const known = typeof document === 'object' && document !== null && 'version' in document;
  return known && typeof document.version === 'string' ? document.version : 'unknown';
}
