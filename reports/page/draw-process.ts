/**
 * The operations of one process. Far out, each pixel shows the worst outcome it covers, found by counts that were summed
 * once; near, each operation is a box. Outcomes differ by shape as well as colour. Those that prove an anomaly are
 * drawn last and never merged.
 */
import { firstAtLeast, lastAtMost } from '../model/search.js';
import type { Lane } from './lanes.js';
import { drawLabel, type Painter, withinPlot, xOf } from './painter.js';
import { toMicros } from './viewport.js';

type ProcessPlace = Extract<Lane, { kind: 'process' }>;

const ok = 0;
const fail = 1;

/** How many operations failed, and how many had an unknown outcome, before each index. */
export interface OutcomeSums {
  readonly fail: Uint32Array;
  readonly info: Uint32Array;
}

export function sumOutcomes(outcomes: ArrayLike<number>): OutcomeSums {
  const sums = { fail: new Uint32Array(outcomes.length + 1), info: new Uint32Array(outcomes.length + 1) };
  for (let index = 0; index < outcomes.length; index++) {
    const outcome = outcomes[index]!;
    sums.fail[index + 1] = sums.fail[index]! + (outcome === fail ? 1 : 0);
    sums.info[index + 1] = sums.info[index]! + (outcome > fail ? 1 : 0);
  }
  return sums;
}

export function drawProcess(
  painter: Painter,
  lane: ProcessPlace,
  sums: OutcomeSums,
  telling: readonly number[],
): void {
  const { model, columns, ends, theme, view, width } = painter;
  const { name, from, count } = model.processes[lane.index]!;
  drawLabel(painter, name, lane.top + lane.height / 2, theme.ink2);
  const last = lastAtMost(columns.operationStart, view.endMicros, from, from + count);
  const first = ends.firstReaching(view.startMicros, from, last + 1);
  withinPlot(painter, lane.top, lane.height, () => {
    if (last - first > width / 2) drawMerged(painter, lane, first, last, sums);
    else for (let index = first; index <= last; index++) drawOperation(painter, lane, index);
    for (const index of telling) {
      if (index >= first && index <= last) drawTelling(painter, lane, index);
    }
  });
}

function drawMerged(
  painter: Painter,
  lane: ProcessPlace,
  first: number,
  last: number,
  sums: OutcomeSums,
): void {
  const { columns, theme, view, left, width } = painter;
  let run: PixelRun | null = null;
  let index = first;
  while (index <= last) {
    const x = Math.floor(Math.max(0, xOf(painter, columns.operationStart[index]!) - left));
    const next = firstAtLeast(columns.operationStart, toMicros(view, x + 1, width), index + 1, last + 1);
    const failed = sums.fail[next]! - sums.fail[index]!;
    const unknown = sums.info[next]! - sums.info[index]!;
    const colour = failed > 0 ? theme.fail : unknown > 0 ? theme.info : theme.ok;
    if (run !== null && run.colour === colour && run.end === x) run.end = x + 1;
    else {
      if (run !== null) drawRun(painter, lane, run);
      run = { start: x, end: x + 1, colour };
    }
    index = next;
  }
  if (run !== null) drawRun(painter, lane, run);
}

/** Neighbouring pixels of one colour. */
interface PixelRun {
  readonly start: number;
  end: number;
  readonly colour: string;
}

function drawRun(
  { context, theme, left }: Painter,
  lane: ProcessPlace,
  { start, end, colour }: PixelRun,
): void {
  const grown = colour === theme.ok ? 0 : 2;
  context.fillStyle = colour;
  context.fillRect(left + start, lane.top + 4 - grown, end - start, lane.height - 8 + grown * 2);
}

interface Box {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

export function operationBox(painter: Painter, lane: ProcessPlace, index: number): Box {
  const { columns, model } = painter;
  const levels = model.processes[lane.index]!.levels;
  const height = (lane.height - 6) / levels;
  const start = columns.operationStart[index]!;
  const x = xOf(painter, start);
  const width = Math.max(2, xOf(painter, start + columns.operationDuration[index]!) - x);
  const top = lane.top + 3 + columns.operationLevel[index]! * height;
  return levels === 1
    ? { x, width, top: top + 1, height: height - 2 }
    : { x, width, top, height: height - 1 };
}

function drawOperation(painter: Painter, lane: ProcessPlace, index: number): void {
  const { context, columns, theme } = painter;
  const { x, width, top, height } = operationBox(painter, lane, index);
  const outcome = columns.operationOutcome[index]!;
  if (outcome === ok) {
    context.fillStyle = theme.ok;
    context.fillRect(x, top, width, height);
  } else if (outcome === fail) {
    context.fillStyle = theme.fail;
    context.fillRect(x, top, width, height);
    if (width >= 9) drawCross(painter, x + width / 2, top + height / 2);
  } else {
    context.strokeStyle = theme.info;
    context.lineWidth = 1.4;
    context.strokeRect(x + 0.7, top + 0.7, Math.max(1, width - 1.4), Math.max(1, height - 1.4));
  }
}

function drawCross({ context, theme }: Painter, x: number, y: number): void {
  context.strokeStyle = theme.paper;
  context.lineWidth = 1.3;
  context.beginPath();
  context.moveTo(x - 2.5, y - 2.5);
  context.lineTo(x + 2.5, y + 2.5);
  context.moveTo(x + 2.5, y - 2.5);
  context.lineTo(x - 2.5, y + 2.5);
  context.stroke();
}

function drawTelling(painter: Painter, lane: ProcessPlace, index: number): void {
  const { context, theme } = painter;
  const { x, width, top, height } = operationBox(painter, lane, index);
  context.fillStyle = theme.telling;
  context.globalAlpha = 0.3;
  context.fillRect(x, top, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = theme.telling;
  context.lineWidth = 1.4;
  context.strokeRect(x, top, width, height);
  // The diamond stands at the completion: there the process learned the outcome.
  const middle = top + height / 2;
  const end = x + width;
  context.beginPath();
  context.moveTo(end, middle - 6);
  context.lineTo(end + 5, middle);
  context.lineTo(end, middle + 6);
  context.lineTo(end - 5, middle);
  context.closePath();
  context.fillStyle = theme.telling;
  context.fill();
  context.strokeStyle = theme.paper;
  context.lineWidth = 1;
  context.stroke();
}
