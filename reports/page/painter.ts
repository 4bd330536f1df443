/** What every drawing function gets: the surface, the span of time, the colours, and the report itself. */
import type { TimelineColumns, TimelineModel } from '../model/timeline.js';
import type { Layout } from './lanes.js';
import type { RunningEnds } from './running-ends.js';
import type { Theme } from './theme.js';
import { toPixel, type Viewport } from './viewport.js';

export interface Painter {
  readonly context: CanvasRenderingContext2D;
  readonly model: TimelineModel;
  readonly columns: TimelineColumns;
  readonly ends: RunningEnds;
  readonly layout: Layout;
  readonly theme: Theme;
  readonly view: Viewport;
  /** Left of the plot area are the labels. */
  readonly left: number;
  /** Of the plot area. */
  readonly width: number;
}

export function xOf({ view, left, width }: Painter, micros: number): number {
  return left + toPixel(view, micros, width);
}

/** Cuts the text with an ellipsis when it is longer than the place it has. */
export function fitText(context: CanvasRenderingContext2D, text: string, widthMax: number): string {
  if (context.measureText(text).width <= widthMax) return text;
  let length = Math.floor((text.length * widthMax) / context.measureText(text).width);
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > widthMax) length--;
  return length > 0 ? `${text.slice(0, length)}…` : '';
}

/** Runs `draw` with the plot area as clip, so that nothing runs into the labels. */
export function withinPlot(painter: Painter, top: number, height: number, draw: () => void): void {
  const { context, left, width } = painter;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  draw();
  context.restore();
}

export function drawLabel(
  painter: Painter,
  text: string,
  middle: number,
  colour: string,
  weight = 400,
): void {
  const { context, theme, left } = painter;
  context.font = `${weight} 12px ${theme.sans}`;
  context.fillStyle = colour;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(fitText(context, text, left - 16), left - 12, middle);
}
