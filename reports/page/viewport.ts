/** The visible span of time, and the ticks of its axis. Pure. Microseconds; pixels are CSS pixels of the plot area. */
export interface Viewport {
  readonly startMicros: number;
  readonly endMicros: number;
}

/** Closer than this there is nothing to see: times are whole microseconds. */
const spanMicrosMin = 50;

/** Keeps the span within the run and not below the least span. */
export function clampViewport(view: Viewport, endMicros: number): Viewport {
  const span = Math.min(
    Math.max(view.endMicros - view.startMicros, spanMicrosMin),
    Math.max(endMicros, spanMicrosMin),
  );
  const startMicros = Math.min(Math.max(0, view.startMicros), Math.max(0, endMicros - span));
  return { startMicros, endMicros: startMicros + span };
}

/** `factor` below 1 zooms in; the instant stays where it is on the screen. */
export function zoomViewport(
  view: Viewport,
  aroundMicros: number,
  factor: number,
  endMicros: number,
): Viewport {
  const span = view.endMicros - view.startMicros;
  const zoomed = Math.min(Math.max(span * factor, spanMicrosMin), Math.max(endMicros, spanMicrosMin));
  const share = (aroundMicros - view.startMicros) / span;
  const startMicros = aroundMicros - share * zoomed;
  return clampViewport({ startMicros, endMicros: startMicros + zoomed }, endMicros);
}

export function panViewport(view: Viewport, byMicros: number, endMicros: number): Viewport {
  return clampViewport(
    { startMicros: view.startMicros + byMicros, endMicros: view.endMicros + byMicros },
    endMicros,
  );
}

export function toPixel(view: Viewport, micros: number, widthPixels: number): number {
  return ((micros - view.startMicros) / (view.endMicros - view.startMicros)) * widthPixels;
}

export function toMicros(view: Viewport, pixel: number, widthPixels: number): number {
  return view.startMicros + (pixel / widthPixels) * (view.endMicros - view.startMicros);
}

export interface Tick {
  readonly micros: number;
  readonly text: string;
}

/** Round instants, at most `countMax`, with as many digits as their distance needs. */
export function axisTicks(view: Viewport, countMax: number): Tick[] {
  const span = view.endMicros - view.startMicros;
  const step = roundStep(span / Math.max(1, countMax));
  const digits = Math.max(0, 6 - Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let index = Math.ceil(view.startMicros / step); index * step <= view.endMicros; index++) {
    const micros = index * step;
    ticks.push({ micros, text: `${(micros / 1_000_000).toFixed(digits)} s` });
  }
  return ticks;
}

/** 1, 2 or 5 times a power of ten, at least one microsecond. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= atLeast - 1e-9) ?? 10;
  return step * power;
}
