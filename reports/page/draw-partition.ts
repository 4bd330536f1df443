/**
 * A partition lane. Above, a band: its colour is the leader, its height the ISR out of the replicas, its text the leader
 * epoch. Below, offsets: each replica's log end as a solid step line, its high watermark dashed, truncations as arrows.
 * The scale of the offsets follows what is visible, so that one record apart is seen when zoomed in.
 */
import { lastAtMost } from '../model/search.js';
import type { PartitionLane, PartitionState } from '../model/timeline.js';
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
    for (const column of ['logHigh', 'logEnd'] as const) {
      for (const series of partition.series) drawReplica(painter, partition, series, column, scale);
    }
    drawTruncations(painter, partition, scale);
  });
}

function drawLeaders(painter: Painter, lane: PartitionPlace, partition: PartitionLane): void {
  const { context, theme, left } = painter;
  const bottom = lane.top + leaderBandHeight + 2;
  const visible = visibleStates(painter, partition);
  for (const { state, from, to } of visible) {
    if (state.leader < 0) drawNoLeader(painter, from, to, bottom);
    else {
      const share = Math.max(0.2, Math.min(1, state.isr.length / partition.replicaCount));
      context.fillStyle = theme.host(state.leader);
      context.fillRect(from, bottom - leaderBandHeight * share, to - from, leaderBandHeight * share);
    }
  }
  let labelledUntil = left;
  for (const { state, index, from } of visible) {
    const previous = partition.states[index - 1];
    const elected = previous?.leaderEpoch !== state.leaderEpoch || previous.leader !== state.leader;
    if (elected && index > 0 && from > left) drawElection(painter, from, lane, state.unclean);
    const seen = Math.max(from, left);
    if ((elected || from <= left) && seen >= labelledUntil) {
      labelledUntil = drawLeaderText(painter, partition, index, seen, bottom);
    }
  }
}

interface VisibleState {
  readonly state: PartitionState;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

function visibleStates(painter: Painter, { states }: PartitionLane): VisibleState[] {
  const { model, view } = painter;
  return states.flatMap((state, index) => {
    const until = states[index + 1]?.micros ?? model.endMicros;
    if (until < view.startMicros || state.micros > view.endMicros) return [];
    const from = xOf(painter, state.micros);
    return [{ state, index, from, to: Math.max(xOf(painter, until), from + 1) }];
  });
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

/**
 * From the least to the greatest log end that is visible, with room above and below. High watermarks do not stretch it:
 * one that is far behind (a broker just restarted) runs along the foot of the lane.
 */
export function offsetScale(painter: Painter, lane: PartitionPlace, partition: PartitionLane): OffsetScale {
  const { low: leastEnd, high: greatestEnd, leastHigh } = visibleOffsets(painter, partition);
  const margin = Math.max(2, (greatestEnd - leastEnd) * 0.15);
  const low = Math.max(0, Math.max(Math.min(leastEnd, leastHigh), leastEnd - margin));
  const high = Math.max(greatestEnd, low + 4);
  const top = lane.top + leaderBandHeight + 12;
  const height = lane.top + lane.height - 7 - top;
  return { low, high, y: (offset) => top + height - ((Math.max(low, offset) - low) / (high - low)) * height };
}

function visibleOffsets(
  { columns, view }: Painter,
  { series }: PartitionLane,
): { low: number; high: number; leastHigh: number } {
  const { logTime, logEnd, logHigh } = columns;
  let [low, high, leastHigh] = [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY];
  for (const { from, count } of series) {
    const first = Math.max(from, lastAtMost(logTime, view.startMicros, from, from + count));
    const last = lastAtMost(logTime, view.endMicros, from, from + count);
    // Offsets climb but for truncations, which are rare: the ends of the range and a sample between bound them.
    const step = Math.max(1, Math.floor((last - first) / 400));
    for (let index = first; index <= last; index = index === last ? last + 1 : Math.min(last, index + step)) {
      low = Math.min(low, logEnd[index]!);
      leastHigh = Math.min(leastHigh, logHigh[index]!);
      high = Math.max(high, logEnd[index]!);
    }
  }
  return low > high ? { low: 0, high: 0, leastHigh: 0 } : { low, high, leastHigh };
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
type OffsetColumn = 'logEnd' | 'logHigh';

/** Replicas that agree would hide each other: each is drawn a little below the one before, like strands of a rope. */
export function strandShift({ series }: PartitionLane, host: number): number {
  const strand = series.findIndex((one) => one.host === host);
  return (strand - (series.length - 1) / 2) * 1.9;
}

/** While its host is down a replica is drawn faint: what is on its disk, not what it serves. */
function drawReplica(
  painter: Painter,
  partition: PartitionLane,
  series: Series,
  column: OffsetColumn,
  scale: OffsetScale,
): void {
  const { context, model, view } = painter;
  const shift = strandShift(partition, series.host);
  for (const { state, startMicros, endMicros } of model.hostSpans[series.host] ?? []) {
    const from = Math.max(startMicros, view.startMicros);
    const to = Math.min(endMicros, view.endMicros);
    if (to <= from) continue;
    context.globalAlpha = state === 'down' ? 0.35 : 1;
    traceSteps(painter, series, column, (offset) => scale.y(offset) + shift, from, to);
    context.globalAlpha = 1;
  }
}

/** One step a pixel at most: the next step that can be seen is found by binary search. */
function traceSteps(
  painter: Painter,
  { from, count, host }: Series,
  column: OffsetColumn,
  yOf: (offset: number) => number,
  startMicros: number,
  endMicros: number,
): void {
  const { context, columns, theme, view, left, width } = painter;
  const times = columns.logTime;
  const values = columns[column];
  const end = from + count;
  let index = Math.max(from, lastAtMost(times, startMicros, from, end));
  if (count === 0 || times[index]! > endMicros) return;
  const firstVisible = index;
  context.beginPath();
  let y = yOf(values[index]!);
  context.moveTo(xOf(painter, Math.max(startMicros, times[index]!)), y);
  while (index + 1 < end && times[index + 1]! <= endMicros) {
    const x = xOf(painter, times[index + 1]!);
    const pixelEnd = Math.min(endMicros, toMicros(view, Math.floor(x - left) + 1, width));
    index = Math.max(index + 1, lastAtMost(times, pixelEnd, index + 1, end));
    context.lineTo(x, y);
    y = yOf(values[index]!);
    context.lineTo(x, y);
  }
  context.lineTo(xOf(painter, endMicros), y);
  context.strokeStyle = theme.host(host);
  context.lineWidth = column === 'logEnd' ? 1.7 : 1.1;
  // Dashes of a line with a step at every other pixel cannot be seen and cost more than all the rest.
  const isDense = index - firstVisible > width / 4;
  context.setLineDash(column === 'logEnd' || isDense ? [] : [3, 2.5]);
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
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.moveTo(x - 5, bottom - 5.5);
    context.lineTo(x, bottom);
    context.lineTo(x + 5, bottom - 5.5);
    // A rim of paper keeps the arrow apart from the lines it crosses.
    context.lineWidth = 5;
    context.strokeStyle = theme.paper;
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = theme.telling;
    context.stroke();
  }
}
