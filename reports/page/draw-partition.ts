/**
 * A partition lane. Above, a band: its colour is the leader, its height the ISR out of the replicas, its text the leader
 * epoch. Below, offsets: each replica's log end as a solid step line, its high watermark dashed, truncations as arrows.
 * The scale of the offsets follows what is visible, so that one record apart is seen when zoomed in.
 */
import { lastAtMost } from '../model/search.js';
import type { PartitionLane } from '../model/timeline.js';
import { type Lane, leaderBandHeight } from './lanes.js';
import { drawLabel, fitText, type Painter, withinPlot, xOf } from './painter.js';
import { toMicros } from './viewport.js';

type PartitionPlace = Extract<Lane, { kind: 'partition' }>;

export interface OffsetScale {
  readonly low: number;
  readonly high: number;
  readonly y: (offset: number) => number;
}

export function drawPartition(painter: Painter, lane: PartitionPlace): void {
  const partition = painter.model.partitions[lane.index]!;
  const { theme } = painter;
  drawLabel(
    painter,
    partition.name,
    lane.top + leaderBandHeight / 2 + 2,
    partition.telling ? theme.telling : theme.ink,
    600,
  );
  const scale = offsetScale(painter, lane, partition);
  drawScale(painter, scale);
  withinPlot(painter, lane.top, lane.height, () => {
    drawLeaders(painter, lane, partition);
    for (const series of partition.series) drawSteps(painter, series, 'logHigh', scale);
    for (const series of partition.series) drawSteps(painter, series, 'logEnd', scale);
    drawTruncations(painter, partition, scale);
  });
}

function drawLeaders(painter: Painter, lane: PartitionPlace, partition: PartitionLane): void {
  const { context, model, theme, view, left } = painter;
  const bottom = lane.top + leaderBandHeight + 2;
  let labelledUntil = left;
  for (const [index, state] of partition.states.entries()) {
    const until = partition.states[index + 1]?.micros ?? model.endMicros;
    if (until < view.startMicros || state.micros > view.endMicros) continue;
    const from = xOf(painter, state.micros);
    const to = Math.max(xOf(painter, until), from + 1);
    if (state.leader < 0) drawNoLeader(painter, from, to, bottom);
    else {
      const share = Math.max(0.2, Math.min(1, state.isr.length / partition.replicaCount));
      context.fillStyle = theme.host(state.leader);
      context.fillRect(from, bottom - leaderBandHeight * share, to - from, leaderBandHeight * share);
    }
    const previous = partition.states[index - 1];
    const seen = Math.max(from, left);
    const changed =
      previous === undefined ||
      previous.leaderEpoch !== state.leaderEpoch ||
      previous.leader !== state.leader;
    if (changed && from > left) drawElection(painter, from, lane, state.unclean);
    if ((!changed && from > left) || seen < labelledUntil) continue;
    labelledUntil = drawLeaderText(painter, partition, index, seen, bottom);
  }
}

function drawNoLeader({ context, theme }: Painter, from: number, to: number, bottom: number): void {
  context.strokeStyle = theme.telling;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.strokeRect(
    from + 0.5,
    bottom - leaderBandHeight + 0.5,
    Math.max(1, to - from - 1),
    leaderBandHeight - 1,
  );
  context.setLineDash([]);
}

function drawElection({ context, theme }: Painter, x: number, lane: PartitionPlace, unclean: boolean): void {
  context.strokeStyle = unclean ? theme.telling : theme.ink2;
  context.lineWidth = unclean ? 2 : 1;
  context.beginPath();
  context.moveTo(x, lane.top);
  context.lineTo(x, lane.top + lane.height);
  context.stroke();
}

/** The text lies on the thin band of a small ISR too, so it has paper behind it. Returns where it ends. */
function drawLeaderText(
  painter: Painter,
  partition: PartitionLane,
  index: number,
  from: number,
  bottom: number,
): number {
  const { context, model, theme, left, width } = painter;
  const state = partition.states[index]!;
  const nextChange = partition.states
    .slice(index + 1)
    .find(({ leaderEpoch }) => leaderEpoch !== state.leaderEpoch);
  const to =
    nextChange === undefined ? left + width : Math.min(left + width, xOf(painter, nextChange.micros));
  const leader = state.leader < 0 ? 'no leader' : model.hosts[state.leader];
  context.font = `600 11px ${theme.sans}`;
  const whole = `${leader}, epoch ${state.leaderEpoch}${state.unclean ? ', unclean' : ''}`;
  const text = [whole, `e${state.leaderEpoch}`].find(
    (candidate) => context.measureText(candidate).width <= to - from - 14,
  );
  if (text === undefined) return from;
  const size = context.measureText(text).width;
  const middle = bottom - leaderBandHeight / 2;
  context.fillStyle = theme.paper;
  context.beginPath();
  context.roundRect(from + 4, middle - 6.5, size + 8, 13, 3);
  context.fill();
  context.fillStyle = state.leader < 0 ? theme.telling : theme.host(state.leader);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(text, from + 8, middle + 0.5);
  return from + size + 18;
}

/** From the least to the greatest offset that is visible, with room above and below. */
export function offsetScale(painter: Painter, lane: PartitionPlace, partition: PartitionLane): OffsetScale {
  const { columns, view } = painter;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { from, count } of partition.series) {
    const first = Math.max(from, lastAtMost(columns.logTime, view.startMicros, from, from + count));
    const last = lastAtMost(columns.logTime, view.endMicros, from, from + count);
    // Offsets climb but for truncations, which are rare: the ends of the range and a sample between bound them.
    const step = Math.max(1, Math.floor((last - first) / 400));
    for (
      let index = first;
      index <= last;
      index += index + step > last && index < last ? last - index : step
    ) {
      low = Math.min(low, columns.logHigh[index]!, columns.logEnd[index]!);
      high = Math.max(high, columns.logEnd[index]!);
    }
  }
  if (low > high) [low, high] = [0, 1];
  if (high - low < 4) [low, high] = [Math.max(0, low - 1), high + 1];
  const top = lane.top + leaderBandHeight + 12;
  const height = lane.top + lane.height - 7 - top;
  return { low, high, y: (offset) => top + height - ((offset - low) / (high - low)) * height };
}

function drawScale(painter: Painter, { low, high, y }: OffsetScale): void {
  const { context, theme, left } = painter;
  context.font = `400 10.5px ${theme.mono}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = theme.ink3;
  for (const offset of [low, high])
    context.fillText(fitText(context, String(offset), left - 16), left - 12, y(offset));
}

type Series = PartitionLane['series'][number];

/** One step a pixel at most: the next step that can be seen is found by binary search. */
function drawSteps(painter: Painter, series: Series, column: 'logEnd' | 'logHigh', scale: OffsetScale): void {
  const { context, columns, theme, view, left, width } = painter;
  const { from, count, host } = series;
  const times = columns.logTime;
  const values = columns[column];
  let index = Math.max(from, lastAtMost(times, view.startMicros, from, from + count));
  if (count === 0 || times[index]! > view.endMicros) return;
  context.beginPath();
  let y = scale.y(values[index]!);
  context.moveTo(Math.max(left - 2, xOf(painter, times[index]!)), y);
  const end = from + count;
  while (index + 1 < end && times[index + 1]! <= view.endMicros) {
    const x = xOf(painter, times[index + 1]!);
    const pixelEnd = toMicros(view, Math.floor(x - left) + 1, width);
    index = Math.max(index + 1, lastAtMost(times, pixelEnd, index + 1, end));
    context.lineTo(x, y);
    y = scale.y(values[index]!);
    context.lineTo(x, y);
  }
  const until = Math.min(painter.model.endMicros, view.endMicros);
  context.lineTo(xOf(painter, until) + 2, y);
  context.strokeStyle = theme.host(host);
  context.lineWidth = column === 'logEnd' ? 1.7 : 1.1;
  context.setLineDash(column === 'logEnd' ? [] : [3, 2.5]);
  context.stroke();
  context.setLineDash([]);
}

function drawTruncations(painter: Painter, partition: PartitionLane, { low, high, y }: OffsetScale): void {
  const { context, theme, view } = painter;
  for (const { micros, from, to } of partition.truncations) {
    if (micros < view.startMicros || micros > view.endMicros) continue;
    const x = xOf(painter, micros);
    const bottom = y(Math.max(low, Math.min(high, to)));
    const top = Math.min(y(Math.max(low, Math.min(high, from))), bottom - 12);
    context.strokeStyle = theme.telling;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.moveTo(x - 4.5, bottom - 5);
    context.lineTo(x, bottom);
    context.lineTo(x + 4.5, bottom - 5);
    context.stroke();
  }
}
