/** The frame of the timeline: controls, stage, readout, legend. The page's script draws into it. */
import { Html, html } from '../html.js';
import type { TimelineModel } from '../model/timeline.js';

export function timelineFigure(model: TimelineModel): Html {
  return html`<figure class="timeline" id="timeline" aria-label="Timeline of the run">
<div class="bar" role="group" aria-label="Timeline controls">
<button type="button" data-view="focus">The moment</button><button type="button" data-view="whole">Whole run</button>
<button type="button" data-view="in" aria-label="Zoom in" title="Zoom in">+</button><button type="button" data-view="out" aria-label="Zoom out" title="Zoom out">−</button>
<button type="button" data-view="previous" title="Previous instant of the story">‹ Previous</button><button type="button" data-view="next" title="Next instant of the story">Next ›</button>
<button type="button" data-view="partitions" hidden>All partitions</button>
<span class="range" aria-live="off"></span></div>
<div class="stage" tabindex="0" role="img" aria-label="${describe(model)}" aria-describedby="timeline-keys"></div>
<div><div class="readout" aria-label="The instant under the pointer"><p class="hint">Point at the timeline to read every host, partition and operation at that instant; click to keep it.</p></div></div>
${legend()}
<p class="keys" id="timeline-keys">Wheel zooms, drag selects a range, double click resets. Keys: <kbd>←</kbd> <kbd>→</kbd> pan, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>Shift</kbd>+<kbd>←</kbd> <kbd>→</kbd> move the instant, <kbd>N</kbd> <kbd>P</kbd> next and previous of the story, <kbd>0</kbd> whole run, <kbd>Esc</kbd> release.${
    model.partitionsLeftOut > 0 ? ` ${model.partitionsLeftOut} more partitions are not drawn.` : ''
  }</p>
<div class="sr" aria-live="polite" id="timeline-announcement"></div>
<noscript><p class="notice">The timeline needs JavaScript; everything in words is on this page without it.</p></noscript>
</figure>`;
}

function describe({ hosts, partitions, faults, processes }: TimelineModel): string {
  return `Timeline: ${faults.length} faults, ${hosts.length} hosts, ${partitions.length} partitions, ${processes.length} processes on one time axis. The same story is told in words above.`;
}

const legendItems: readonly (readonly [string, string])[] = [
  ['<rect x="0" y="2" width="22" height="8" rx="2" fill="var(--fault)"/>', 'fault, until it is healed'],
  ['<path d="M0 6H22" stroke="var(--ink-3)" stroke-width="2"/>', 'host up'],
  [
    '<rect x="0" y="1" width="22" height="10" fill="none" stroke="var(--ink-2)" stroke-dasharray="3 2"/>',
    'paused',
  ],
  ['<rect x="0" y="1" width="22" height="10" fill="var(--ink)"/>', 'down'],
  [
    '<path d="M0 12H11V0H0Z" fill="var(--host-0)"/><path d="M11 12H22V8H11Z" fill="var(--host-1)"/>',
    'leader (colour), ISR size (height)',
  ],
  ['<path d="M0 10H8V5H15V1H22" fill="none" stroke="var(--host-0)" stroke-width="1.8"/>', 'log end offset'],
  [
    '<path d="M0 10H8V5H15V1H22" fill="none" stroke="var(--host-0)" stroke-width="1.2" stroke-dasharray="2.5 2"/>',
    'high watermark',
  ],
  ['<path d="M11 0V8M7 5 11 10 15 5" fill="none" stroke="var(--telling)" stroke-width="1.8"/>', 'truncation'],
  ['<path d="M11 0V12" stroke="var(--ink-3)" stroke-dasharray="1 2"/>', 'all faults healed'],
  ['<rect x="3" y="2" width="16" height="8" fill="var(--ok)"/>', 'ok'],
  [
    '<rect x="3" y="2" width="16" height="8" fill="var(--fail)"/><path d="M7 3 15 9M15 3 7 9" stroke="var(--paper)" stroke-width="1.5"/>',
    'fail',
  ],
  [
    '<rect x="3.7" y="2.7" width="14.6" height="6.6" fill="none" stroke="var(--info)" stroke-width="1.5"/>',
    'info: outcome unknown',
  ],
  ['<path d="M11 0 16 6 11 12 6 6Z" fill="var(--telling)"/>', 'proves an anomaly'],
];

function legend(): Html {
  const items = legendItems.map(
    ([drawing, text]) =>
      html`<li><svg viewBox="0 0 22 12" aria-hidden="true">${Html.trusted(drawing)}</svg>${text}</li>`,
  );
  return html`<ul class="legend" aria-label="Legend">${items}</ul>`;
}
