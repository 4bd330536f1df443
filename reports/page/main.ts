/** Starts the page: unpacks, draws, listens. An error is shown in place of the timeline; the text of the page needs no script. */
import { followInstantLinks, listenToButtons, listenToCopyButtons } from './controls.js';
import { listenToKeys, listenToPointer, listenToWheel } from './gestures.js';
import { loadReport } from './load.js';
import { drawPlots, type Plots } from './plots.js';
import { Stage } from './stage.js';
import { TimelineView } from './timeline-view.js';

/** More are one button away. */
const partitionsShownFirst = 6;

async function start(): Promise<void> {
  listenToCopyButtons();
  const figure = document.getElementById('timeline');
  const element = figure?.querySelector<HTMLElement>('.stage') ?? null;
  const panel = figure?.querySelector<HTMLElement>('.readout') ?? null;
  if (figure === null || element === null || panel === null) return;
  try {
    const { data, columns } = await loadReport();
    const stage = new Stage(element, data.timeline, columns, partitionsShownFirst);
    let plots: Plots | null = null;
    const timeline = new TimelineView(stage, panel, {
      range: figure.querySelector<HTMLElement>('.range'),
      partitionsShown: Math.min(partitionsShownFirst, data.timeline.partitions.length),
      onInstant: (micros) => plots?.showInstant(micros),
    });
    listenToPointer(timeline);
    listenToWheel(timeline);
    listenToKeys(timeline, document.getElementById('timeline-announcement'));
    listenToButtons(figure, timeline);
    plots = drawPlots(data.plots, data.timeline, (micros) =>
      micros === null ? timeline.leave() : timeline.hoverInstant(micros),
    );
    followInstantLinks(figure, timeline);
    redrawWhenNeeded(stage, timeline, plots);
    document.documentElement.dataset.ready = 'true';
  } catch (error) {
    const message = document.createElement('p');
    message.className = 'notice';
    message.textContent = error instanceof Error ? error.message : String(error);
    element.replaceChildren(message);
  }
}

function redrawWhenNeeded(stage: Stage, timeline: TimelineView, plots: Plots): void {
  let width = stage.element.clientWidth;
  new ResizeObserver(() => {
    if (stage.element.clientWidth === width) return;
    width = stage.element.clientWidth;
    stage.resize();
    timeline.redraw();
    plots.redraw();
  }).observe(stage.element);
  const repaint = (): void => {
    stage.refreshTheme();
    timeline.redraw();
    plots.redraw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
}

void start();
