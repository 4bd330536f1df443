/** Second section: the fault plan as sentences and as JSON, and the timeline, opened at the moment that matters. */
import type { Fault } from '../../harness/faults/fault.js';
import { type Html, html } from '../html.js';
import type { TimelineModel } from '../model/timeline.js';
import type { ReportInput } from '../report-input.js';
import { faultSentence } from '../words/fault-sentence.js';
import { instantLink } from './instant-link.js';
import { timelineFigure } from './timeline-figure.js';

export function how(input: ReportInput, timeline: TimelineModel): Html {
  const { plan, results } = input;
  const title = results.verdict === 'valid' ? 'Through what' : 'How';
  return html`<section id="how"><h2>${title}</h2><div>
<p>${planIntroduction(input)}</p>
${plan.faults.length === 0 ? '' : html`<ol class="plan">${[...plan.faults].sort(byTime).map(planLine)}</ol>`}
<details><summary>The plan as JSON, for <code>seismolog replay plan.json</code></summary><pre id="plan-json">${JSON.stringify(plan, null, 2)}</pre>
<p></p><button type="button" data-copy="plan-json">Copy the plan</button></details>
</div>
<div class="wide">${timelineFigure(timeline)}</div></section>`;
}

function byTime(a: Fault, b: Fault): number {
  return a.atMicros - b.atMicros;
}

function planLine(fault: Fault): Html {
  return html`<li>${instantLink(fault.atMicros)} ${faultSentence(fault)}</li>\n`;
}

function planIntroduction({ plan, results: { minimisation, verdict } }: ReportInput): string {
  const count = plan.faults.length;
  const faults = count === 1 ? 'One fault' : `${count} faults`;
  if (count === 0)
    return verdict === 'valid' ? 'No fault was planned.' : 'No fault is needed: the workload alone does it.';
  if (minimisation === undefined) return `${faults} in the plan.`;
  const enough = count === 1 ? 'is enough' : 'are enough';
  return `${faults} ${enough}: minimised from ${minimisation.faultsBefore} to ${minimisation.faultsAfter} in ${minimisation.runs} runs.`;
}
