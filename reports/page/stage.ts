/** The two canvases: the picture, drawn when the view changes, and the overlay, drawn when the instant does. */
import type { TimelineColumns, TimelineModel } from '../model/timeline.js';
import { drawAxis, drawHealing, drawMoments, drawOverview, drawRules, drawWashes } from './draw-frame.js';
import { drawFault, drawHost, drawSteadyHosts } from './draw-hosts.js';
import { drawOverlay, type Overlay } from './draw-overlay.js';
import { drawPartition } from './draw-partition.js';
import { drawProcess, type OutcomeSums, sumOutcomes } from './draw-process.js';
import { axisTop, type Layout, layOut } from './lanes.js';
import type { Painter } from './painter.js';
import { RunningEnds } from './running-ends.js';
import { readTheme, type Theme } from './theme.js';
import type { Viewport } from './viewport.js';

export class Stage {
  readonly element: HTMLElement;
  readonly model: TimelineModel;
  readonly columns: TimelineColumns;
  readonly ends: RunningEnds;
  readonly #picture = document.createElement('canvas');
  readonly #overlay = document.createElement('canvas');
  readonly #sums: OutcomeSums;
  /** By process: the operations that prove something. */
  readonly #telling: readonly (readonly number[])[];
  #theme: Theme;
  layout: Layout;
  left = 112;
  width = 0;

  constructor(element: HTMLElement, model: TimelineModel, columns: TimelineColumns, partitionsShown: number) {
    this.element = element;
    this.model = model;
    this.columns = columns;
    this.ends = new RunningEnds(model, columns);
    this.#sums = sumOutcomes(columns.operationOutcome);
    this.#telling = model.processes.map(({ from, count }) =>
      tellingIn(columns.operationTelling, from, from + count),
    );
    this.#theme = readTheme();
    this.layout = layOut(model, partitionsShown);
    this.element.append(this.#picture, this.#overlay);
    this.resize();
  }

  showPartitions(count: number): void {
    this.layout = layOut(this.model, count);
    this.resize();
  }

  refreshTheme(): void {
    this.#theme = readTheme();
  }

  resize(): void {
    this.element.style.height = `${this.layout.height}px`;
    const full = this.element.clientWidth;
    this.left = full < 640 ? 84 : 112;
    this.width = Math.max(80, full - this.left - 10);
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 3);
    for (const canvas of [this.#picture, this.#overlay]) {
      canvas.width = Math.round(full * ratio);
      canvas.height = Math.round(this.layout.height * ratio);
    }
  }

  drawPicture(view: Viewport): void {
    const painter = this.#painter(this.#picture, view);
    drawOverview(painter);
    drawAxis(painter);
    const { context, left, width } = painter;
    context.save();
    context.beginPath();
    context.rect(left, 0, width, this.layout.height);
    context.clip();
    drawWashes(painter);
    drawHealing(painter);
    context.restore();
    drawRules(painter);
    for (const lane of this.layout.lanes) {
      if (lane.kind === 'fault') drawFault(painter, lane);
      else if (lane.kind === 'host') drawHost(painter, lane);
      else if (lane.kind === 'steady-hosts') drawSteadyHosts(painter, lane);
      else if (lane.kind === 'partition') drawPartition(painter, lane);
      else drawProcess(painter, lane, this.#sums, this.#telling[lane.index]!);
    }
    context.save();
    context.beginPath();
    context.rect(left - 10, axisTop, width + 20, this.layout.height);
    context.clip();
    drawMoments(painter);
    context.restore();
  }

  drawOverlay(view: Viewport, overlay: Overlay): void {
    drawOverlay(this.#painter(this.#overlay, view), overlay);
  }

  #painter(canvas: HTMLCanvasElement, view: Viewport): Painter {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas in this browser');
    const ratio = canvas.width / Math.max(1, this.element.clientWidth);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.element.clientWidth, this.layout.height);
    const { model, columns, ends, layout, left, width } = this;
    return { context, model, columns, ends, layout, theme: this.#theme, view, left, width };
  }
}

function tellingIn(telling: Float64Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let index = from; index < to; index++) if (telling[index] === 1) found.push(index);
  return found;
}
