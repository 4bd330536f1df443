/** The files beside the report, what each of them is, and a way to open it. */
import { type Html, html } from '../html.js';

const purposes: ReadonlyMap<string, string> = new Map([
  ['history.jsonl', 'every operation, for seismolog check'],
  ['plan.json', 'the faults of this run, for seismolog replay'],
  ['plan-before-minimisation.json', 'the faults as the seed drew them'],
  ['plan-from-token.json', 'the faults of a token that other code made'],
  ['results.json', 'verdict, anomalies with their witnesses, the story'],
  ['run.json', 'the run as --json prints it'],
  ['trace.jsonl', 'packets, states of hosts, faults, what the brokers did'],
]);

export function runFiles(files: readonly string[]): Html | '' {
  if (files.length === 0) return '';
  return html`<h3>In the run directory</h3><dl class="pairs">${files.map(
    (name) =>
      html`<dt class="mono"><a href="./${encodeURIComponent(name)}">${name}</a></dt><dd>${purposeOf(name)}</dd>`,
  )}</dl>`;
}

function purposeOf(name: string): string {
  return purposes.get(name) ?? (name.endsWith('.log') ? `what ${name.slice(0, -'.log'.length)} logged` : '');
}
