/** Rates and latencies over the run, in bins: what the two plots draw. Latency: of acknowledged sends, milliseconds. */
import { type PairedOperation, polledRecords, sentRecords } from './operations.js';

export interface PlotModel {
  /** Middle of each bin, seconds. */
  readonly seconds: readonly number[];
  readonly rates: readonly PlotSeries[];
  /** Records per second at which the scale ends: a last reader that drains everything would flatten all the rest. */
  readonly rateCeiling: number;
  readonly ratePeak: number;
  /** Null where a bin has no acknowledged send. */
  readonly latencies: readonly PlotSeries[];
}

export interface PlotSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

const binsMax = 180;

export function buildPlots(operations: readonly PairedOperation[], endMicros: number): PlotModel {
  const bins = Math.max(1, Math.min(binsMax, Math.ceil(endMicros / 50_000)));
  const widthMicros = Math.max(1, endMicros / bins);
  const counts = { acknowledged: zeros(bins), failed: zeros(bins), unknown: zeros(bins), read: zeros(bins) };
  const latencies: number[][] = Array.from({ length: bins }, () => []);
  for (const { f, outcome, startMicros, endMicros: doneMicros, invocation, completion } of operations) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(doneMicros / widthMicros)));
    const sent = sentRecords(completion?.value ?? invocation.value).length;
    if (outcome === 'ok') {
      counts.acknowledged[bin]! += sent;
      if (completion !== null) counts.read[bin]! += polledRecords(completion.value).length;
      if (f === 'send' && sent > 0) latencies[bin]!.push((doneMicros - startMicros) / 1000);
    } else if (outcome === 'fail') counts.failed[bin]! += sent;
    else counts.unknown[bin]! += sent;
  }
  const perSecond = 1_000_000 / widthMicros;
  const rate = (name: string, column: readonly number[]): PlotSeries => ({
    name,
    values: column.map((count) => round(count * perSecond)),
  });
  for (const bin of latencies) bin.sort((a, b) => a - b);
  const rates = [
    rate('acknowledged', counts.acknowledged),
    rate('failed', counts.failed),
    rate('unknown', counts.unknown),
    rate('read', counts.read),
  ];
  return {
    seconds: Array.from({ length: bins }, (_, bin) => round(((bin + 0.5) * widthMicros) / 1_000_000, 4)),
    rates,
    ...ceilingOf(rates),
    latencies: [
      { name: 'median', values: latencies.map((bin) => quantile(bin, 0.5)) },
      { name: '99th percentile', values: latencies.map((bin) => quantile(bin, 0.99)) },
      { name: 'slowest', values: latencies.map((bin) => quantile(bin, 1)) },
    ],
  };
}

/** Half as much again as nearly all bins reach; the peak itself where it is not far above. */
function ceilingOf(rates: readonly PlotSeries[]): { rateCeiling: number; ratePeak: number } {
  const values = rates.flatMap((series) => series.values).filter((value) => value !== null && value > 0);
  const sorted = values.map(Number).sort((a, b) => a - b);
  const ratePeak = sorted.at(-1) ?? 1;
  const usual = (quantile(sorted, 0.98) ?? 1) * 1.5;
  return { rateCeiling: round(ratePeak > usual * 1.5 ? usual : ratePeak * 1.08), ratePeak };
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

function quantile(sorted: readonly number[], fraction: number): number | null {
  if (sorted.length === 0) return null;
  return round(sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)]!, 3);
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
