/** An examined run as lines of text. */
import type { Examined } from '../runner/examine.js';
import { lossLines, operationLines } from './account-lines.js';
import { availabilityLines } from './availability-lines.js';
import { plural } from './plural.js';
import { reportPathOf } from './report-path.js';
import { anomalyNames, replayWords, storyLines } from './story-lines.js';

/** The lines of a run. The first line, and the last one before the report's path, show how to replay it. */
export function runLines(examined: Examined): readonly string[] {
  const { document, results } = examined;
  const anomalies = anomalyNames(document.anomalies);
  return [
    `${document.scenario}, seed ${document.seed}`,
    replayWords(document),
    `    promise  ${results.promise}`,
    `    digest   ${document.digest}`,
    ...document.faults.map(
      ({ kind, configured, fired, mattered }) =>
        `    fault    ${kind}: ${configured} configured, ${fired} fired, ${mattered} mattered`,
    ),
    ...operationLines(document.operations),
    ...lossLines(document.losses),
    ...availabilityLines(document.availability),
    ...(results.minimisation === undefined
      ? []
      : results.minimisation.log.map((step) => `    smaller  ${step}`)),
    ...storyLines(examined, reportPathOf(examined)),
    `${document.verdict}${anomalies === '' ? '' : `: ${anomalies}`} · ${plural(document.records, 'record')} · ${plural(document.events, 'event')} · ${document.virtualSeconds.toFixed(1)} virtual s in ${document.wallSeconds.toFixed(2)} s`,
  ];
}
