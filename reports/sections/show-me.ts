/** Third section: the operations and records that prove it, in order of time, each linked to its instant. */
import { type Html, html } from '../html.js';
import type { AnomalyEvidence, Fact } from '../model/evidence.js';
import type { PairedOperation } from '../model/operations.js';
import type { ReportInput } from '../report-input.js';
import { durationInWords } from '../words/instant.js';
import { instantLink } from './instant-link.js';

/** One record proves an anomaly; the other witnesses are in the tables above and in `results.json`. */
const recordsPerAnomalyMax = 2;
const valueLengthMax = 400;

export function showMe(input: ReportInput, evidence: readonly AnomalyEvidence[]): Html {
  const forbidden = evidence.filter(({ anomaly }) => !anomaly.allowed).map(proof);
  const allowed = evidence.filter(({ anomaly }) => anomaly.allowed).map(proof);
  const proofs = forbidden.filter((table) => table !== '');
  const permitted = allowed.filter((table) => table !== '');
  return html`<section id="show-me"><h2>Show me</h2><div>
${proofs[0] ?? html`<p>${nothingToShow(input)}</p>`}
${proofs.length > 1 ? html`<details><summary>Operations behind the other anomalies</summary>${proofs.slice(1)}</details>` : ''}
${proofs.length > 0 ? '' : operationCounts(input)}
${permitted.length > 0 ? html`<details><summary>Operations behind what is allowed</summary>${permitted}</details>` : ''}
</div></section>`;
}

function nothingToShow({ results, operations }: ReportInput): string {
  if (results.verdict === 'valid')
    return 'There is nothing to prove: what the clients did, and how it ended.';
  return operations.length === 0
    ? 'The run directory holds no history.'
    : 'No operation of the history is named by a witness.';
}

function proof({ anomaly, witnesses }: AnomalyEvidence): Html | '' {
  const records = witnesses.flatMap((witness) => witness.records).slice(0, recordsPerAnomalyMax);
  const loose = witnesses.flatMap((witness) => witness.facts).slice(0, 8);
  const facts = unique([...records.flatMap((record) => record.facts), ...loose]).sort(
    (a, b) => a.micros - b.micros,
  );
  if (facts.length === 0) return '';
  return html`<h3>${anomaly.name}</h3><div class="scroll"><table class="proof"><thead><tr><th>Instant</th><th>What happened</th><th>Process</th><th>Operation</th><th>As recorded</th></tr></thead><tbody>
${facts.map(row)}</tbody></table></div>`;
}

function unique(facts: readonly Fact[]): Fact[] {
  const seen = new Set<string>();
  return facts.filter(({ micros, text }) => {
    const key = `${micros} ${text}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function row({ micros, role, text, operation }: Fact): Html {
  const telling = role === 'acknowledged' || role === 'election' || role === 'loss' || role === 'replacement';
  const cells = operation === undefined ? html`<td></td><td></td><td></td>` : operationCells(operation);
  return html`<tr class="${telling ? 'telling' : 'context'}"><td>${instantLink(micros)}</td><td>${text}</td>${cells}</tr>\n`;
}

function operationCells({
  process,
  f,
  outcome,
  startMicros,
  endMicros,
  invocation,
  completion,
}: PairedOperation): Html {
  const recorded = completion ?? invocation;
  const value = JSON.stringify(recorded.value) ?? '';
  const shown = value.length > valueLengthMax ? `${value.slice(0, valueLengthMax)} …` : value;
  return html`<td>${process}</td><td>${f} <span class="outcome ${outcome}">${outcome}</span><br><span class="quiet">took ${durationInWords(endMicros - startMicros)}</span></td><td><code>${shown}</code><br><span class="quiet">history, index ${recorded.index}</span></td>`;
}

function operationCounts({ results }: ReportInput): Html {
  const rows = Object.entries(results.operations).map(
    ([f, { ok, fail, info }]) =>
      html`<tr><td>${f}</td><td class="number">${ok}</td><td class="number">${fail}</td><td class="number">${info}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>Operation</th><th class="number">ok</th><th class="number">fail</th><th class="number">info</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
