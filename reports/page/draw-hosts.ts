/** Fault bands and host rows. */
import type { Lane } from './lanes.js';
import { drawLabel, fitText, type Painter, withinPlot, xOf } from './painter.js';

export function drawFault(painter: Painter, lane: Extract<Lane, { kind: 'fault' }>): void {
  const { context, model, theme, left, width } = painter;
  const { number, label, startMicros, endMicros } = model.faults[lane.index]!;
  const middle = lane.top + lane.height / 2;
  drawLabel(painter, `fault ${number}`, middle, theme.ink3);
  withinPlot(painter, lane.top, lane.height, () => {
    const from = xOf(painter, startMicros);
    const to = Math.max(xOf(painter, endMicros), from + 3);
    context.fillStyle = theme.fault;
    context.beginPath();
    context.roundRect(from, lane.top + 2, to - from, lane.height - 4, 3);
    context.fill();
    context.font = `500 11.5px ${theme.sans}`;
    context.textBaseline = 'middle';
    if (to < left || from > left + width) drawAway(painter, to < left, label, middle);
    else drawFaultLabel(painter, label, from, to, middle);
  });
}

/** A fault before or after what is visible: its name at the edge, with the direction. */
function drawAway(
  { context, theme, left, width }: Painter,
  isBefore: boolean,
  label: string,
  middle: number,
): void {
  context.fillStyle = theme.ink3;
  context.textAlign = isBefore ? 'left' : 'right';
  if (isBefore) context.fillText(`‹ ${label}`, left + 4, middle + 0.5);
  else context.fillText(`${label} ›`, left + width - 4, middle + 0.5);
}

/** Inside its band where it fits, else after it, else before it. */
function drawFaultLabel(painter: Painter, label: string, from: number, to: number, middle: number): void {
  const { context, theme, left, width } = painter;
  const seenFrom = Math.max(from, left);
  const room = Math.min(to, left + width) - seenFrom - 12;
  context.textAlign = 'left';
  if (context.measureText(label).width <= room) {
    context.fillStyle = theme.paper;
    context.fillText(label, seenFrom + 6, middle + 0.5);
    return;
  }
  context.fillStyle = theme.ink2;
  const after = left + width - to - 10;
  const before = from - left - 10;
  if (after >= before) {
    context.fillText(fitText(context, label, Math.max(0, after)), Math.max(to, left) + 6, middle + 0.5);
    return;
  }
  context.textAlign = 'right';
  context.fillText(fitText(context, label, before), from - 6, middle + 0.5);
}

export function drawHost(painter: Painter, lane: Extract<Lane, { kind: 'host' }>): void {
  const { context, model, theme } = painter;
  const middle = lane.top + lane.height / 2;
  const replica = model.partitions.some(({ series }) => series.some(({ host }) => host === lane.index));
  drawLabel(painter, model.hosts[lane.index]!, middle, theme.ink, 550);
  withinPlot(painter, lane.top, lane.height, () => {
    for (const { state, startMicros, endMicros } of model.hostSpans[lane.index]!) {
      if (endMicros < painter.view.startMicros || startMicros > painter.view.endMicros) continue;
      const from = xOf(painter, startMicros);
      const width = Math.max(2, xOf(painter, endMicros) - from);
      if (state === 'up') {
        context.fillStyle = replica ? theme.host(lane.index) : theme.ink3;
        context.fillRect(from, middle - 1, width, 2);
      } else if (state === 'down') {
        context.fillStyle = theme.ink;
        context.fillRect(from, lane.top + 2.5, width, lane.height - 5);
        stateText(painter, 'down', from, width, middle, theme.paper);
      } else {
        context.strokeStyle = theme.ink2;
        context.lineWidth = 1;
        context.setLineDash([3, 2]);
        context.strokeRect(from + 0.5, lane.top + 3, Math.max(1, width - 1), lane.height - 6);
        context.setLineDash([]);
        stateText(painter, 'paused', from, width, middle, theme.ink2);
      }
    }
  });
}

function stateText(
  painter: Painter,
  text: string,
  from: number,
  width: number,
  middle: number,
  colour: string,
): void {
  const { context, theme, left } = painter;
  const seenFrom = Math.max(from, left);
  context.font = `500 10.5px ${theme.sans}`;
  if (context.measureText(text).width > from + width - seenFrom - 10) return;
  context.fillStyle = colour;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, seenFrom + 6, middle + 0.5);
}

export function drawSteadyHosts(painter: Painter, lane: Extract<Lane, { kind: 'steady-hosts' }>): void {
  const { context, theme, left, width } = painter;
  const middle = lane.top + lane.height / 2;
  drawLabel(
    painter,
    lane.names.length === 1 ? lane.names[0]! : `${lane.names.length} others`,
    middle,
    theme.ink3,
  );
  context.font = `400 11px ${theme.sans}`;
  context.fillStyle = theme.ink3;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(
    fitText(context, `up all the time: ${lane.names.join(', ')}`, width - 12),
    left + 6,
    middle,
  );
}
