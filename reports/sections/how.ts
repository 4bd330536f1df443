/** Second section: the fault plan as sentences and as JSON, and the timeline, opened at the moment that matters. */
import type { Fault } from '../../harness/faults/fault.js';
import { type Html, html } from '../html.js';
import type { FaultSpan } from '../model/cluster-history.js';
import type { TimelineModel } from '../model/timeline.js';
import type { ReportInput } from '../report-input.js';
import { faultLabel, faultSentence } from '../words/fault-sentence.js';
import { instantLink } from './instant-link.js';
import { timelineFigure } from './timeline-figure.js';

export function how(input: ReportInput, timeline: TimelineModel, fired: readonly FaultSpan[]): Html {
  const { plan, results } = input;
  const title = results.verdict === 'invalid' ? 'How' : 'Through what';
  return html`<section id="how"><h2>${title}</h2><div>
<p>${planIntroduction(input)}</p>
${plan.faults.length === 0 ? '' : html`<ol class="plan">${plan.faults.map((fault, index) => planLine(fault, index, fired))}</ol>`}
<details><summary>The plan as JSON, for <code>seismolog replay plan.json</code></summary><pre id="plan-json">${JSON.stringify(plan, null, 2)}</pre>
<p></p><button type="button" data-copy="plan-json">Copy the plan</button></details>
</div>
<div class="wide">${timelineFigure(timeline)}</div></section>`;
}

function planLine(fault: Fault, index: number, fired: readonly FaultSpan[]): Html {
  return html`<li>${instantLink(fault.atMicros)} ${faultSentence(fault)}${whatCameOfIt(fault, index, fired)}</li>\n`;
}

/** The outcome of a fault from the trace: the hosts that its target resolved to, or that it did not fire. Empty without a trace. */
function whatCameOfIt(fault: Fault, index: number, fired: readonly FaultSpan[]): Html | '' {
  if (fired.length === 0) return '';
  const span = fired.find(({ id }) => id === index);
  if (span === undefined) return html` <span class="tag">did not fire</span>`;
  const named = faultLabel(fault).split(' ');
  const unnamed = span.targets.filter((target) => !named.includes(target));
  return unnamed.length === 0 ? '' : html` <span class="quiet">→ ${span.targets.join(', ')}</span>`;
}

function planIntroduction({ plan, results: { minimisation, verdict } }: ReportInput): string {
  const count = plan.faults.length;
  const faults = count === 1 ? 'One fault' : `${count} faults`;
  if (count === 0)
    return verdict === 'valid' ? 'No fault was planned.' : 'No fault is needed: the workload alone does it.';
  if (minimisation === undefined) return `${faults} in the plan.`;
  const enough = count === 1 ? 'is enough' : 'are enough';
  if (minimisation.faultsBefore === minimisation.faultsAfter)
    return `${faults} in the plan; ${minimisation.runs} runs found none that could be left out.`;
  return `${faults} ${enough}: minimised from ${minimisation.faultsBefore} to ${minimisation.faultsAfter} in ${minimisation.runs} runs.`;
}
