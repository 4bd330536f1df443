/**
 * The timeline as one thing: the view (span of time), the instant, and what follows from them. Input turns into calls of
 * the public methods (`gestures.ts`, `controls.ts`); drawing waits for the next frame.
 */
import { instantInWords } from '../words/instant.js';
import type { Overlay } from './draw-overlay.js';
import { nearestOperation } from './instant.js';
import { laneAt } from './lanes.js';
import { fillReadout, instantSentence } from './readout.js';
import type { Stage } from './stage.js';
import { clampViewport, panViewport, toMicros, type Viewport, zoomViewport } from './viewport.js';

/** How near the pointer must be to an operation, in pixels. */
const reachPixels = 7;

export class TimelineView {
  readonly stage: Stage;
  readonly #panel: HTMLElement;
  readonly #range: HTMLElement | null;
  readonly #onInstant: (micros: number | null) => void;
  readonly #focus: Viewport;
  /** What the panel says while no instant is chosen. */
  readonly #hint: readonly Node[];
  #view: Viewport;
  #overlay: Overlay = { instantMicros: null, pinned: false, operation: null, selection: null };
  #pictureStale = true;
  #frameAsked = false;
  partitionsShown: number;

  constructor(
    stage: Stage,
    panel: HTMLElement,
    options: {
      readonly range: HTMLElement | null;
      readonly partitionsShown: number;
      readonly onInstant: (micros: number | null) => void;
    },
  ) {
    this.stage = stage;
    this.#panel = panel;
    this.#hint = [...panel.childNodes];
    this.#range = options.range;
    this.#onInstant = options.onInstant;
    this.partitionsShown = options.partitionsShown;
    const [startMicros, endMicros] = stage.model.focus;
    this.#focus = clampViewport({ startMicros, endMicros }, stage.model.endMicros);
    this.#view = this.#focus;
    this.redraw();
  }

  get view(): Viewport {
    return this.#view;
  }

  /** True when no part of the run is more informative: the timeline then opens on the whole run. */
  get opensOnWhole(): boolean {
    return this.#focus.startMicros === 0 && this.#focus.endMicros === this.stage.model.endMicros;
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  setView(view: Viewport): void {
    this.#view = clampViewport(view, this.stage.model.endMicros);
    if (this.#visibleInstant() === null) this.leave();
    this.redraw();
  }

  zoom(factor: number, aroundMicros?: number): void {
    const { startMicros, endMicros } = this.#view;
    const around = aroundMicros ?? this.#visibleInstant() ?? (startMicros + endMicros) / 2;
    this.setView(zoomViewport(this.#view, around, factor, this.stage.model.endMicros));
  }

  pan(share: number): void {
    const span = this.#view.endMicros - this.#view.startMicros;
    this.setView(panViewport(this.#view, span * share, this.stage.model.endMicros));
  }

  showWhole(): void {
    this.setView({ startMicros: 0, endMicros: this.stage.model.endMicros });
  }

  showFocus(): void {
    this.setView(this.#focus);
  }

  /** Back to the view the page opened with; from there, to the whole run. */
  reset(): void {
    const { startMicros, endMicros } = this.#view;
    if (startMicros === this.#focus.startMicros && endMicros === this.#focus.endMicros) this.showWhole();
    else this.showFocus();
  }

  /** Pins the instant and brings it into view without changing the zoom more than needed. */
  goTo(micros: number): void {
    const { startMicros, endMicros } = this.#view;
    const span = Math.min(endMicros - startMicros, this.#focus.endMicros - this.#focus.startMicros);
    if (micros < startMicros + span * 0.05 || micros > endMicros - span * 0.05) {
      this.setView({ startMicros: micros - span / 2, endMicros: micros + span / 2 });
    }
    this.pin(micros);
  }

  /** The next (1) or previous (-1) instant of the story. */
  step(direction: 1 | -1): void {
    const instants = [...new Set(this.stage.model.moments.map(({ micros }) => micros))].sort((a, b) => a - b);
    const from = this.#overlay.instantMicros ?? (direction === 1 ? -1 : Number.POSITIVE_INFINITY);
    const next =
      direction === 1
        ? instants.find((micros) => micros > from)
        : instants.findLast((micros) => micros < from);
    if (next !== undefined) this.goTo(next);
  }

  hover(x: number, y: number): void {
    if (this.#overlay.pinned) return;
    const micros = this.microsAt(x);
    this.#setOverlay({ ...this.#overlay, instantMicros: micros, operation: this.#operationAt(micros, y) });
  }

  /** From elsewhere on the page: the plots. */
  hoverInstant(micros: number): void {
    if (!this.#overlay.pinned) this.#setOverlay({ ...this.#overlay, instantMicros: micros, operation: null });
  }

  leave(): void {
    if (!this.#overlay.pinned) this.#setOverlay({ ...this.#overlay, instantMicros: null, operation: null });
  }

  pin(micros: number, y?: number): void {
    const operation = y === undefined ? null : this.#operationAt(micros, y);
    this.#setOverlay({ instantMicros: micros, pinned: true, operation, selection: null });
  }

  release(): void {
    this.#setOverlay({ ...this.#overlay, pinned: false, selection: null });
  }

  select(range: readonly [number, number] | null): void {
    this.#setOverlay({ ...this.#overlay, selection: range });
  }

  moveInstant(pixels: number): void {
    const { startMicros, endMicros } = this.#view;
    const from = this.#visibleInstant() ?? (startMicros + endMicros) / 2;
    this.goTo(
      Math.min(
        this.stage.model.endMicros,
        Math.max(0, from + (pixels / this.stage.width) * (endMicros - startMicros)),
      ),
    );
  }

  microsAt(x: number): number {
    const inside = Math.min(Math.max(0, x - this.stage.left), this.stage.width);
    return toMicros(this.#view, inside, this.stage.width);
  }

  sentence(): string {
    const micros = this.#overlay.instantMicros;
    return micros === null ? '' : instantSentence({ ...this.#source() }, micros);
  }

  redraw(): void {
    this.#pictureStale = true;
    this.#askFrame();
  }

  #operationAt(micros: number, y: number): number | null {
    const lane = laneAt(this.stage.layout, y);
    if (lane?.kind !== 'process') return null;
    const reach = (reachPixels / this.stage.width) * (this.#view.endMicros - this.#view.startMicros);
    return nearestOperation(this.stage.model, this.stage.columns, lane.index, micros, reach);
  }

  #visibleInstant(): number | null {
    const micros = this.#overlay.instantMicros;
    return micros !== null && micros >= this.#view.startMicros && micros <= this.#view.endMicros
      ? micros
      : null;
  }

  #setOverlay(overlay: Overlay): void {
    const moved = overlay.instantMicros !== this.#overlay.instantMicros;
    this.#overlay = overlay;
    if (moved) this.#onInstant(overlay.instantMicros);
    this.#askFrame();
  }

  #source() {
    const { model, columns, ends } = this.stage;
    return { model, columns, ends, partitionsShown: this.partitionsShown };
  }

  #askFrame(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    requestAnimationFrame(() => {
      this.#frameAsked = false;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#pictureStale) {
      this.#pictureStale = false;
      this.stage.drawPicture(this.#view);
      const { startMicros, endMicros } = this.#view;
      if (this.#range !== null) {
        this.#range.textContent = `${instantInWords(Math.round(startMicros))} – ${instantInWords(Math.round(endMicros))}`;
      }
      this.stage.element.dataset.start = String(Math.round(startMicros));
      this.stage.element.dataset.end = String(Math.round(endMicros));
    }
    this.stage.drawOverlay(this.#view, this.#overlay);
    const { instantMicros, operation } = this.#overlay;
    if (instantMicros === null) this.#panel.replaceChildren(...this.#hint);
    else fillReadout(this.#panel, this.#source(), instantMicros, operation);
  }
}
