/** The first thing seen: the verdict in one word, what it found, what was promised, and the size of the run. */
import type { Anomaly, Verdict } from '../../harness/checkers/verdict.js';
import { type Html, html } from '../html.js';
import type { ReportInput } from '../report-input.js';

const words: Readonly<Record<Verdict, string>> = { valid: 'Valid', invalid: 'Invalid', unknown: 'Unknown' };

/** A cross, a tick, a question mark: the verdict does not depend on colour. */
const glyphs: Readonly<Record<Verdict, string>> = {
  invalid: 'M6 6 18 18M18 6 6 18',
  valid: 'M4.5 12.5 10 18 19.5 6.5',
  unknown: 'M8.2 9a3.9 3.9 0 1 1 5.6 3.4c-1.2.7-1.8 1.3-1.8 2.8M12 19.2v.1',
};

export function masthead({ run, results }: ReportInput): Html {
  const { verdict } = results;
  return html`<header class="top">
<p class="brand"><b>Seismolog</b><span>${run.scenario}</span><span aria-hidden="true">·</span><span>seed ${run.seed}</span></p>
<h1 class="verdict ${verdict}"><span class="word"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${glyphs[verdict]}"/></svg>${words[verdict]}</span><span class="names">${headline(verdict, results.anomalies)}</span></h1>
<p class="promise"><b>Promise:</b> ${results.promise}</p>
<dl class="figures">
${figure('virtual time', `${trimmed(run.virtualSeconds)} s`)}
${figure('records', grouped(run.records))}
${figure('events', grouped(run.events))}
${figure('faults that fired', grouped(total(run.faults, 'fired')))}
${figure('of them mattered', grouped(total(run.faults, 'mattered')))}
</dl>
</header>`;
}

function headline(verdict: Verdict, anomalies: readonly Anomaly[]): Html[] | string {
  const forbidden = anomalies.filter(({ allowed }) => !allowed);
  const named = forbidden.length > 0 ? forbidden : anomalies;
  if (named.length === 0) return verdict === 'unknown' ? 'no verdict could be reached' : 'no anomaly';
  const suffix = verdict === 'valid' ? ', allowed' : '';
  return named.map(
    ({ name, count }, index) =>
      html`${index > 0 ? ', ' : ''}${name}${count > 1 ? html` <span class="times">× ${grouped(count)}</span>` : ''}${suffix}`,
  );
}

function figure(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function total(accounts: ReportInput['run']['faults'], field: 'fired' | 'mattered'): number {
  return accounts.reduce((sum, account) => sum + account[field], 0);
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

function trimmed(seconds: number): string {
  return String(Number(seconds.toFixed(2)));
}
