/** The two uPlot charts. Their cursors move together, and with the timeline's instant. */
import type uPlot from 'uplot';
import type { PlotModel, PlotSeries } from '../model/plots.js';
import type { TimelineModel } from '../model/timeline.js';

declare global {
  interface Window {
    /** Its own script stands before this one in the page. */
    readonly uPlot: typeof uPlot;
  }
}

export interface Plots {
  /** Null hides the cursors. */
  showInstant(micros: number | null): void;
  redraw(): void;
}

const plotHeight = 180;

export function drawPlots(
  model: PlotModel,
  timeline: TimelineModel,
  onHover: (micros: number | null) => void,
): Plots {
  const places = [
    {
      element: document.getElementById('rate-plot'),
      series: model.rates,
      scale: { range: [0, model.rateCeiling] } satisfies uPlot.Scale,
      colours: ['--host-0', '--fail', '--info', '--host-2'],
    },
    {
      element: document.getElementById('latency-plot'),
      series: model.latencies,
      scale: { distr: 3 } satisfies uPlot.Scale,
      colours: ['--host-0', '--host-1', '--host-3'],
    },
  ];
  let charts: uPlot[] = [];
  let quiet = false;
  const hovered = (seconds: number | null): void => {
    if (!quiet) onHover(seconds === null ? null : seconds * 1_000_000);
  };
  const draw = (): void => {
    for (const chart of charts) chart.destroy();
    charts = places.flatMap(({ element, series, scale, colours }) => {
      if (element === null) return [];
      const options = chartOptions({ width: element.clientWidth, series, scale, colours }, timeline, hovered);
      return [
        new window.uPlot(
          options,
          [[...model.seconds], ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
          element,
        ),
      ];
    });
  };
  draw();
  return {
    showInstant: (micros) => {
      quiet = true;
      for (const chart of charts) {
        const left = micros === null ? -10 : chart.valToPos(micros / 1_000_000, 'x');
        chart.setCursor({ left, top: micros === null ? -10 : 10 }, false);
      }
      quiet = false;
    },
    redraw: draw,
  };
}

interface Chart {
  readonly width: number;
  readonly series: readonly PlotSeries[];
  readonly scale: uPlot.Scale;
  /** Names of custom properties. */
  readonly colours: readonly string[];
}

function chartOptions(
  { width, series, scale, colours }: Chart,
  timeline: TimelineModel,
  onHover: (seconds: number | null) => void,
): uPlot.Options {
  const properties = getComputedStyle(document.documentElement);
  const read = (name: string): string => properties.getPropertyValue(name).trim();
  const axis = {
    stroke: read('--ink-3'),
    grid: { stroke: read('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${read('--sans')}`,
  };
  return {
    width,
    height: plotHeight,
    scales: { x: { time: false }, y: scale },
    cursor: { sync: { key: 'plots' }, y: false, points: { size: 5 } },
    legend: { live: true },
    axes: [
      { ...axis, size: 30, values: (_, splits) => splits.map((seconds) => `${seconds} s`) },
      scale.distr === 3
        ? { ...axis, size: 46, grid: { ...axis.grid, filter: powersOfTen } }
        : { ...axis, size: 46 },
    ],
    series: [
      { label: 'time', value: (_, seconds) => (seconds === null ? '' : `${seconds.toFixed(2)} s`) },
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: read(colours[index] ?? '--ink-2'),
        width: index === 0 ? 1.8 : 1.2,
        ...(index === 0 ? {} : { dash: [[], [5, 3], [2, 2], [8, 3]][index] ?? [] }),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      drawClear: [(chart) => shadeFaults(chart, timeline, read('--wash'))],
      setCursor: [
        (chart) =>
          onHover(
            chart.cursor.left === undefined || chart.cursor.left < 0
              ? null
              : chart.posToVal(chart.cursor.left, 'x'),
          ),
      ],
    },
  };
}

/** Of a logarithmic scale: the lines between would be a grey area. */
function powersOfTen(_: uPlot, splits: number[]): (number | null)[] {
  return splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
}

function shadeFaults(chart: uPlot, { faults }: TimelineModel, wash: string): void {
  const { left, top, width, height } = chart.bbox;
  chart.ctx.fillStyle = wash;
  for (const { startMicros, endMicros } of faults) {
    const from = Math.max(left, chart.valToPos(startMicros / 1_000_000, 'x', true));
    const to = Math.min(left + width, chart.valToPos(endMicros / 1_000_000, 'x', true));
    if (to > from) chart.ctx.fillRect(from, top, to - from, height);
  }
}
