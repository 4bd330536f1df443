/** First section. Invalid: what broke, as a story and by witnesses. Valid: what was promised, and what it survived. */
import type { FaultAccount } from '../../harness/runner/run-data.js';
import { type Html, html } from '../html.js';
import type { AnomalyEvidence, Fact, RecordEvidence, WitnessEvidence } from '../model/evidence.js';
import type { ReportInput } from '../report-input.js';
import { anomalyMeaning } from '../words/anomaly-meaning.js';
import { instantLink } from './instant-link.js';

export function whatBroke(input: ReportInput, evidence: readonly AnomalyEvidence[]): Html {
  const { results, run } = input;
  const title = { invalid: 'What broke', unknown: 'What is not known', valid: 'What held' }[results.verdict];
  return html`<section id="what-broke"><h2>${title}</h2><div>
<p class="lead">${results.summary}</p>
${notice(results.verdict === 'invalid' ? 'Besides, this could not be judged' : 'The verdict is unknown because', results.unknownBecause)}
${notice('After all faults were healed the cluster still waited for', results.waitingFor)}
${story(input)}
${results.verdict === 'valid' ? survived(run.faults) : ''}
${evidence.filter((one) => !one.anomaly.allowed).map((one, index) => anomaly(one, index === 0))}
${allowedAnomalies(evidence.filter((one) => one.anomaly.allowed))}
</div></section>`;
}

function notice(title: string, reasons: readonly string[]): Html | '' {
  if (reasons.length === 0) return '';
  return html`<div class="notice"><b>${title}</b><ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>`;
}

function story({ results }: ReportInput): Html | '' {
  if (results.story.length === 0) return '';
  const lines = results.story.map(
    ({ timeMicros, text }) => html`<li>${instantLink(timeMicros)}<span>${text}</span></li>\n`,
  );
  return html`<ol class="story${results.verdict === 'valid' ? ' valid-story' : ''}">${lines}</ol>`;
}

function survived(accounts: readonly FaultAccount[]): Html {
  const mattered = accounts.filter((account) => account.mattered > 0);
  if (mattered.length === 0)
    return html`<p>No fault had an effect in this run: it held, but it was not tried.</p>`;
  return html`<h3>Survived</h3><ul>${mattered.map(
    ({ kind, fired, mattered: count }) => html`<li>${kind}: ${survival(fired, count)}</li>`,
  )}</ul>`;
}

function survival(fired: number, mattered: number): string {
  if (fired === 1) return 'fired once and had an effect';
  return `fired ${times(fired)}, had an effect ${mattered === fired ? 'each time' : times(mattered)}`;
}

function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

/** What the configuration permits must not push the rest down the page. */
function allowedAnomalies(evidence: readonly AnomalyEvidence[]): Html | '' {
  if (evidence.length === 0) return '';
  const names = evidence.map(({ anomaly: { name, count } }) =>
    count === 1 ? name : `${name} × ${count.toLocaleString('en')}`,
  );
  return html`<details class="allowed-anomalies"><summary>Also seen, and allowed: ${names.join(', ')}</summary>${evidence.map((one) => anomaly(one, false))}</details>`;
}

/** The first anomaly shows its witnesses at once; those of the others, often the same records, are one click away. */
function anomaly(
  { anomaly: { name, meaning: own, count, allowed, reason }, witnesses }: AnomalyEvidence,
  isFirst: boolean,
): Html {
  const meaning = [own ?? anomalyMeaning(name), reasonInWords(allowed, reason)]
    .filter((text) => text !== '')
    .join(' ');
  const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
  const table = witnessTable(witnesses);
  const shown =
    isFirst || table === '' ? table : html`<details><summary>Witnesses</summary>${table}</details>`;
  return html`<article class="anomaly${allowed ? ' allowed' : ''}"><header><h3>${name}</h3><span class="count">${times}</span>${allowed ? html`<span class="tag">allowed</span>` : ''}</header>
${meaning === '' ? '' : html`<p class="meaning">${meaning}</p>`}
${shown}
${witnesses.length === 0 ? '' : html`<details><summary>As the checker reported it${witnesses.length < count ? ` (${witnesses.length === 1 ? '1 witness' : `${witnesses.length} witnesses`} of ${count.toLocaleString('en')})` : ''}</summary><pre>${witnesses.map(({ witness }) => `${JSON.stringify(witness)}\n`).join('')}</pre></details>`}
</article>`;
}

function reasonInWords(allowed: boolean, reason: string | undefined): string {
  if (reason === undefined) return '';
  return `${allowed ? 'Allowed' : 'Explained'}: ${reason}.`;
}

/** Of witnesses that name no record, such as those of the invariants. */
const witnessesInWords = 3;
const recordsAtOnce = 3;

function witnessTable(witnesses: readonly WitnessEvidence[]): Html | '' {
  const records = witnesses.flatMap((witness) => witness.records);
  if (records.length > recordsAtOnce) {
    const more = records.length - recordsAtOnce;
    return html`${recordTable(records.slice(0, recordsAtOnce))}<details><summary>${more} more ${more === 1 ? 'record' : 'records'}</summary>${recordTable(records.slice(recordsAtOnce))}</details>`;
  }
  if (records.length > 0) return recordTable(records);
  if (witnesses.length === 0) return '';
  return html`${witnesses
    .slice(0, witnessesInWords)
    .map(({ witness }) => html`<dl class="pairs witness">${Object.entries(witness).map(field)}</dl>`)}`;
}

function recordTable(records: readonly RecordEvidence[]): Html {
  return html`<div class="scroll"><table class="witnesses"><thead><tr><th>Record</th><th>Acknowledged</th><th>On replicas, then</th><th>What became of it</th></tr></thead><tbody>
${records.map(recordRow)}</tbody></table></div>`;
}

function field([name, value]: [string, unknown]): Html {
  if (/(^t$|time|micros)/i.test(name) && typeof value === 'number') {
    return html`<dt>${name}</dt><dd>${instantLink(value)}</dd>`;
  }
  return html`<dt>${name}</dt><dd class="mono">${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}</dd>`;
}

function recordRow(record: RecordEvidence): Html {
  const place = `${record.partition ?? record.key}${record.offset === null ? '' : `, offset ${record.offset}`}`;
  const leader = record.leader === null ? '' : `by ${record.leader}, leader epoch ${record.leaderEpoch}`;
  return html`<tr><td><b>${record.value}</b><br><span class="quiet">${place}</span></td>
<td>${record.acknowledgedMicros === null ? html`<span class="quiet">never</span>` : html`${instantLink(record.acknowledgedMicros)}<br><span class="quiet">${leader}</span>`}</td>
<td>${holders(record)}</td>
<td>${fate(record.facts)}</td></tr>\n`;
}

function holders({ heldBy, notHeldBy, acknowledgedMicros, offset }: RecordEvidence): Html {
  if (heldBy === null) {
    const why = acknowledgedMicros !== null && offset === null ? 'no offset came back' : 'not traced';
    return html`<span class="quiet">${why}</span>`;
  }
  return html`${heldBy.map((host) => html`<span class="holder"><span class="dot has"></span>${host}</span> `)}${
    heldBy.length === 0 ? html`<span class="quiet">none</span>` : ''
  }${notHeldBy.length > 0 ? html`<br><span class="quiet">not on ${notHeldBy.join(', ')}</span>` : ''}`;
}

const fateRoles: ReadonlySet<Fact['role']> = new Set([
  'election',
  'loss',
  'truncation',
  'replacement',
  'poll',
]);

function fate(facts: readonly Fact[]): Html | Html[] {
  const telling = facts.filter(({ role }) => fateRoles.has(role));
  if (telling.length === 0) return html`<span class="quiet">the trace does not say</span>`;
  return telling
    .slice(0, 4)
    .map(({ micros, text }) => html`<div class="fate">${instantLink(micros)}<span>${text}</span></div>`);
}
