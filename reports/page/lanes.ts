/** Where everything stands from top to bottom: pure, from the model and how many partitions are shown. CSS pixels. */
import type { TimelineModel } from '../model/timeline.js';

export type Lane =
  | { readonly kind: 'fault'; readonly index: number; readonly top: number; readonly height: number }
  | { readonly kind: 'host'; readonly index: number; readonly top: number; readonly height: number }
  /** The hosts that were up all the time and hold no replica share one row. */
  | {
      readonly kind: 'steady-hosts';
      readonly names: readonly string[];
      readonly top: number;
      readonly height: number;
    }
  | { readonly kind: 'partition'; readonly index: number; readonly top: number; readonly height: number }
  | { readonly kind: 'process'; readonly index: number; readonly top: number; readonly height: number };

export interface Layout {
  readonly lanes: readonly Lane[];
  /** Thin rules between the groups. */
  readonly rules: readonly number[];
  /** Where axis and moments end and the lanes begin. */
  readonly gridTop: number;
  readonly height: number;
}

export const overviewHeight = 26;
export const axisTop = 34;
export const axisHeight = 22;
/** Below the axis: the numbers of the story's instants; no row when there is no story. */
export const momentsHeight = 22;
/** Of a partition lane: the band of the leader, above the offsets. */
export const leaderBandHeight = 16;
const faultHeight = 19;
const hostHeight = 17;
const partitionHeight = 92;
const levelHeight = 6;
const processHeightMin = 18;
const groupGap = 14;

export function layOut(model: TimelineModel, partitionsShown: number): Layout {
  const lanes: Lane[] = [];
  const rules: number[] = [];
  const gridTop = axisTop + axisHeight + (model.moments.length > 0 ? momentsHeight : 0);
  let top = gridTop + 4;
  const group = (): void => {
    if (lanes.length === 0) return;
    rules.push(top + groupGap / 2);
    top += groupGap;
  };
  for (const index of model.faults.keys()) {
    lanes.push({ kind: 'fault', index, top, height: faultHeight });
    top += faultHeight;
  }
  if (model.hosts.length > 0) group();
  const { moving, steady } = splitHosts(model);
  for (const index of moving) {
    lanes.push({ kind: 'host', index, top, height: hostHeight });
    top += hostHeight;
  }
  if (steady.length > 0) {
    lanes.push({ kind: 'steady-hosts', names: steady, top, height: hostHeight });
    top += hostHeight;
  }
  for (const index of model.partitions.slice(0, partitionsShown).keys()) {
    group();
    lanes.push({ kind: 'partition', index, top, height: partitionHeight });
    top += partitionHeight;
  }
  if (model.processes.length > 0) group();
  for (const [index, { levels }] of model.processes.entries()) {
    const height = Math.max(processHeightMin, levels * levelHeight + 6);
    lanes.push({ kind: 'process', index, top, height });
    top += height;
  }
  return { lanes, rules, gridTop, height: top + 8 };
}

/** Replicas always have a row of their own, and so has every host that was ever down or paused. */
function splitHosts(model: TimelineModel): { moving: number[]; steady: string[] } {
  const replicas = new Set(model.partitions.flatMap(({ series }) => series.map(({ host }) => host)));
  const moving: number[] = [];
  const steady: string[] = [];
  for (const [index, name] of model.hosts.entries()) {
    const changed = model.hostSpans[index]!.some(({ state }) => state !== 'up');
    if (changed || replicas.has(index)) moving.push(index);
    else steady.push(name);
  }
  return { moving, steady };
}

export function laneAt(layout: Layout, y: number): Lane | null {
  return layout.lanes.find(({ top, height }) => y >= top && y < top + height) ?? null;
}
