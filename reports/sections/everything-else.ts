/** Last section: plots, fault accounting, marks, operations, configuration, the minimisation log, the files. */
import { type Html, html } from '../html.js';
import type { PlotModel } from '../model/plots.js';
import type { ReportInput } from '../report-input.js';
import { runFiles } from './run-files.js';

export function everythingElse(input: ReportInput, { ratePeak, rateCeiling }: PlotModel): Html {
  const { run, results, files } = input;
  return html`<section id="everything-else"><h2>Everything else</h2><div>
<div class="columns"><figure class="plot" id="rate-plot"><figcaption>Records per second${ratePeak > rateCeiling ? html` <span class="quiet">peaks up to ${Math.round(ratePeak).toLocaleString('en')} are cut off</span>` : ''}</figcaption></figure>
<figure class="plot" id="latency-plot"><figcaption>Latency of acknowledged sends, ms <span class="quiet">logarithmic</span></figcaption></figure></div>
<div class="columns"><div><h3>Faults</h3>${table(
    ['Kind', 'configured', 'fired', 'mattered'],
    run.faults.map(({ kind, configured, fired, mattered }) => [kind, configured, fired, mattered]),
    'No fault was configured.',
  )}</div>
<div><h3>Operations</h3>${table(
    ['Operation', 'ok', 'fail', 'info'],
    Object.entries(results.operations).map(([f, { ok, fail, info }]) => [f, ok, fail, info]),
    'No operation was recorded.',
  )}
${errors(results.operations)}</div></div>
<h3>Marks</h3>${table(['Reached', 'times'], Object.entries(results.marks), 'No mark was declared.')}
<h3>Configuration</h3><dl class="pairs">${configuration({ profile: results.profile, ...results.configuration, 'set by the harness': results.setByHarness ?? {} })}</dl>
${minimisation(input)}
${runFiles(files)}
</div></section>`;
}

/** Why operations failed, or have an unknown outcome. */
function errors(operations: ReportInput['results']['operations']): Html | '' {
  const rows = Object.entries(operations).flatMap(([f, { failedBy, unknownBy }]) => [
    ...Object.entries(failedBy ?? {}).map(([name, count]) => [`${f}: ${name}`, 'fail', count]),
    ...Object.entries(unknownBy ?? {}).map(([name, count]) => [`${f}: ${name}`, 'info', count]),
  ]);
  return rows.length === 0 ? '' : table(['Error', 'outcome', 'times'], rows, '');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[], none: string): Html {
  if (rows.length === 0) return html`<p class="quiet">${none}</p>`;
  const cell = (value: string | number): Html =>
    typeof value === 'number'
      ? html`<td class="number">${value.toLocaleString('en')}</td>`
      : html`<td>${value}</td>`;
  return html`<div class="scroll"><table><thead><tr>${head.map((name, index) => html`<th${index > 0 ? html` class="number"` : ''}>${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>`;
}

/** Nested objects as dotted names, the way Kafka's own configuration reads. */
function configuration(values: Readonly<Record<string, unknown>>): Html[] {
  return flatten('', values).map(([name, value]) => html`<dt>${name}</dt><dd class="mono">${value}</dd>`);
}

function flatten(prefix: string, values: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = prefix === '' ? name : `${prefix} › ${name}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return flatten(path, value as Record<string, unknown>);
    }
    return [[path, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')] as [string, string]];
  });
}

function minimisation({ results }: ReportInput): Html | '' {
  if (results.minimisation === undefined) return '';
  const { runs, faultsBefore, faultsAfter, log } = results.minimisation;
  return html`<h3>Minimisation</h3><p>${runs} ${runs === 1 ? 'run' : 'runs'}; from ${faultsBefore} ${faultsBefore === 1 ? 'fault' : 'faults'} to ${faultsAfter}.</p>
<details><summary>${log.length} ${log.length === 1 ? 'step' : 'steps'}</summary><pre>${log.map((line) => `${line}\n`).join('')}</pre></details>`;
}
