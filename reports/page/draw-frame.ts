/** Overview, axis, fault washes, rules and the numbered moments: what spans all lanes. */
import { axisHeight, axisTop, momentsHeight, overviewHeight } from './lanes.js';
import { type Painter, xOf } from './painter.js';
import { spreadApart } from './spread.js';
import { axisTicks, toPixel } from './viewport.js';

/** The whole run in a strip, with the visible part framed in it. */
export function drawOverview(painter: Painter): void {
  const { context, model, theme, view, left, width } = painter;
  const whole = { startMicros: 0, endMicros: model.endMicros };
  const x = (micros: number): number => left + toPixel(whole, micros, width);
  context.fillStyle = theme.raised;
  context.fillRect(left, 0, width, overviewHeight);
  context.globalAlpha = 0.35;
  context.fillStyle = theme.fault;
  for (const { startMicros, endMicros } of model.faults) {
    context.fillRect(x(startMicros), 5, Math.max(1.5, x(endMicros) - x(startMicros)), overviewHeight - 10);
  }
  context.globalAlpha = 1;
  context.fillStyle = theme.telling;
  for (const { micros } of model.moments) context.fillRect(x(micros) - 0.75, 3, 1.5, overviewHeight - 6);
  const from = x(view.startMicros);
  const to = Math.max(x(view.endMicros), from + 3);
  context.strokeStyle = theme.ink2;
  context.lineWidth = 1.5;
  context.strokeRect(from + 0.75, 0.75, Math.max(2, to - from - 1.5), overviewHeight - 1.5);
  context.font = `400 12px ${theme.sans}`;
  context.fillStyle = theme.ink3;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText('whole run', left - 12, overviewHeight / 2);
}

export function drawAxis(painter: Painter): void {
  const { context, layout, theme, view, left, width } = painter;
  const ticks = axisTicks(view, Math.max(2, Math.floor(width / 110)));
  context.font = `400 11.5px ${theme.mono}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  context.strokeStyle = theme.line;
  for (const { micros, text } of ticks) {
    const x = Math.round(xOf(painter, micros)) + 0.5;
    context.beginPath();
    context.moveTo(x, layout.gridTop);
    context.lineTo(x, layout.height);
    context.stroke();
    const half = context.measureText(text).width / 2;
    if (x - half < left - 8 || x + half > left + width + 4) continue;
    context.fillStyle = theme.ink3;
    context.fillText(text, x, axisTop + axisHeight / 2);
  }
}

/** A fault lasts through every lane as a light wash, so that what it did can be read below it. */
export function drawWashes(painter: Painter): void {
  const { context, model, layout, theme } = painter;
  context.fillStyle = theme.wash;
  for (const { startMicros, endMicros } of model.faults) {
    const from = xOf(painter, startMicros);
    const to = xOf(painter, endMicros);
    context.fillRect(from, layout.gridTop, Math.max(1, to - from), layout.height);
  }
}

export function drawRules(painter: Painter): void {
  const { context, layout, theme, left, width } = painter;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  for (const y of layout.rules) {
    context.beginPath();
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(left + width, Math.round(y) + 0.5);
    context.stroke();
  }
}

/** The end of the safety phase: from here on everything is healed. */
export function drawHealing(painter: Painter): void {
  const { context, model, layout, theme } = painter;
  if (model.healedAtMicros <= 0 || model.healedAtMicros >= model.endMicros) return;
  const x = Math.round(xOf(painter, model.healedAtMicros)) + 0.5;
  context.strokeStyle = theme.ink3;
  context.setLineDash([1, 3]);
  context.beginPath();
  context.moveTo(x, layout.gridTop);
  context.lineTo(x, layout.height);
  context.stroke();
  context.setLineDash([]);
}

const badgeRadius = 8.5;

/**
 * Numbered as the lines of the story. Badges that would cover each other move apart, with a stroke back to their
 * instant; the lines through the lanes stay where they are.
 */
export function drawMoments(painter: Painter): void {
  const { context, model, theme, view, left, width } = painter;
  const middle = axisTop + axisHeight + momentsHeight / 2;
  context.font = `600 11px ${theme.sans}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const moments = model.moments
    .map(({ micros }, index) => ({ number: index + 1, micros, x: xOf(painter, micros) }))
    .filter(({ micros }) => micros >= view.startMicros && micros <= view.endMicros);
  const places = spreadApart(
    moments.map(({ x }) => x),
    2 * badgeRadius + 2,
    left + width,
  );
  for (const [index, { number, x }] of moments.entries()) {
    drawMomentLine(painter, x);
    const badge = places[index]!;
    if (badge < left - badgeRadius) continue;
    context.strokeStyle = theme.telling;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(x, painter.layout.gridTop + 3);
    context.lineTo(badge, middle);
    context.stroke();
    context.beginPath();
    context.arc(badge, middle, badgeRadius, 0, Math.PI * 2);
    context.fillStyle = theme.paper;
    context.fill();
    context.stroke();
    context.fillStyle = theme.telling;
    context.fillText(String(number), badge, middle + 0.5);
  }
}

function drawMomentLine({ context, layout, theme }: Painter, x: number): void {
  context.strokeStyle = theme.telling;
  context.globalAlpha = 0.5;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x, layout.gridTop);
  context.lineTo(x, layout.height);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}
