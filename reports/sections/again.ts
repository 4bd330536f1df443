/** Fourth section: how to replay the run. */
import { type Html, html } from '../html.js';
import type { ReportInput } from '../report-input.js';

export function again({ run, replay, versions }: ReportInput): Html {
  const facts: [string, string][] = [
    ['seed', run.seed],
    ['digest', run.digest],
    ...Object.entries(versions),
    ...(run.runDirectory === null ? [] : [['run directory', run.runDirectory] as [string, string]]),
  ];
  return html`<section id="again"><h2>Again</h2><div>
<div class="replay"><code id="replay-line">${replayLine(replay)}</code><button type="button" data-copy="replay-line">Copy</button></div>
<dl class="pairs">${facts.map(([name, value]) => html`<dt>${name}</dt><dd class="mono">${value}</dd>`)}</dl>
</div></section>`;
}

/** `run.json` may hold the token alone. */
function replayLine(replay: string): string {
  return /\s/.test(replay) || replay === '' ? replay : `npx seismolog replay ${replay}`;
}
