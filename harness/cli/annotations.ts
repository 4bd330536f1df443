/** Workflow commands of GitHub Actions: a broken promise is an error beside the job, what could not be judged is a warning. */
import { anomalyNames } from '../api/story-lines.js';
import type { CampaignDocument } from '../runner/run-data.js';

/** One command a line; '' when every promise holds. */
export function annotations(campaigns: readonly CampaignDocument[]): string {
  return campaigns
    .filter(({ verdict }) => verdict !== 'valid')
    .map((campaign) => {
      const { scenario, promise, verdict, invalid, runs, failures, unknownBecause } = campaign;
      const isBroken = verdict === 'invalid';
      const title = isBroken
        ? `${scenario}: ${invalid} of ${runs} runs broke the promise`
        : `${scenario}: unknown`;
      const lines = [
        promise,
        ...unknownBecause,
        ...failures
          .slice(0, 3)
          .map((run) => `seed ${run.seed}: ${anomalyNames(run.anomalies) || run.verdict}\n${run.replayLine}`),
      ];
      return `::${isBroken ? 'error' : 'warning'} title=${escapeProperty(title)}::${escapeData(lines.join('\n'))}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
