/** The layer above the picture: the instant through every lane, the values it meets, and the range being selected. */

import { instantInWords } from '../words/instant.js';
import { offsetScale, strandShift } from './draw-partition.js';
import { operationBox } from './draw-process.js';
import { replicasAt } from './instant.js';
import { axisHeight, axisTop } from './lanes.js';
import { type Painter, withinPlot, xOf } from './painter.js';

export interface Overlay {
  readonly instantMicros: number | null;
  readonly pinned: boolean;
  /** Index of the operation under the pointer. */
  readonly operation: number | null;
  /** From and to, in pixels of the stage. */
  readonly selection: readonly [number, number] | null;
}

export function drawOverlay(painter: Painter, overlay: Overlay): void {
  const { context, layout, theme, left, width, view } = painter;
  if (overlay.selection !== null) {
    const [from, to] = overlay.selection;
    context.fillStyle = theme.link;
    context.globalAlpha = 0.16;
    context.fillRect(Math.max(left, Math.min(from, to)), axisTop, Math.abs(to - from), layout.height);
    context.globalAlpha = 1;
  }
  const micros = overlay.instantMicros;
  if (micros === null || micros < view.startMicros || micros > view.endMicros) return;
  const x = Math.round(xOf(painter, micros)) + 0.5;
  context.strokeStyle = overlay.pinned ? theme.link : theme.ink;
  context.lineWidth = overlay.pinned ? 1.5 : 1;
  context.beginPath();
  context.moveTo(x, layout.gridTop);
  context.lineTo(x, layout.height);
  context.stroke();
  drawDots(painter, micros, x);
  if (overlay.operation !== null) drawPointed(painter, overlay.operation);
  drawInstantFlag(painter, instantInWords(Math.round(micros)), x, left + width, overlay.pinned);
}

function drawDots(painter: Painter, micros: number, x: number): void {
  const { context, columns, layout, model, theme } = painter;
  for (const lane of layout.lanes) {
    if (lane.kind !== 'partition') continue;
    const partition = model.partitions[lane.index]!;
    const scale = offsetScale(painter, lane, partition);
    withinPlot(painter, lane.top, lane.height, () => {
      for (const { host, logEnd } of replicasAt(partition, columns, micros)) {
        context.beginPath();
        context.arc(x, scale.y(logEnd) + strandShift(partition, host), 3.2, 0, Math.PI * 2);
        context.fillStyle = theme.host(host);
        context.fill();
        context.strokeStyle = theme.paper;
        context.lineWidth = 1.2;
        context.stroke();
      }
    });
  }
}

function drawPointed(painter: Painter, index: number): void {
  const { context, layout, model, theme } = painter;
  for (const lane of layout.lanes) {
    if (lane.kind !== 'process') continue;
    const { from, count } = model.processes[lane.index]!;
    if (index < from || index >= from + count) continue;
    const box = operationBox(painter, lane, index);
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.5;
    context.strokeRect(box.x - 1.5, box.top - 1.5, box.width + 3, box.height + 3);
  }
}

function drawInstantFlag(
  { context, theme, left }: Painter,
  text: string,
  x: number,
  right: number,
  pinned: boolean,
): void {
  context.font = `500 11.5px ${theme.mono}`;
  const half = context.measureText(text).width / 2 + 6;
  const middle = Math.min(Math.max(x, left + half), right - half);
  context.fillStyle = pinned ? theme.link : theme.ink;
  context.beginPath();
  context.roundRect(middle - half, axisTop + 3, half * 2, axisHeight - 6, 4);
  context.fill();
  context.fillStyle = theme.paper;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, middle, axisTop + axisHeight / 2 + 0.5);
}
