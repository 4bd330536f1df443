/** Pointer, wheel and keyboard on the stage. */
import { overviewHeight } from './lanes.js';
import type { TimelineView } from './timeline-view.js';

/** A press that moves less than this is a click. */
const dragPixelsMin = 4;
/** A page being scrolled goes on scrolling when the timeline comes under the pointer. */
const scrollGuardMillis = 250;

export function listenToPointer(timeline: TimelineView): void {
  const { element } = timeline.stage;
  let pressedAt: { readonly x: number; readonly overview: boolean } | null = null;
  const place = (event: PointerEvent | WheelEvent | MouseEvent): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const { x, y } = place(event);
    pressedAt = { x, overview: y < overviewHeight };
    element.setPointerCapture(event.pointerId);
    if (pressedAt.overview) moveTo(timeline, x);
  });
  element.addEventListener('pointermove', (event) => {
    const { x, y } = place(event);
    if (pressedAt === null) timeline.hover(x, y);
    else if (pressedAt.overview) moveTo(timeline, x);
    else if (Math.abs(x - pressedAt.x) >= dragPixelsMin) timeline.select([pressedAt.x, x]);
  });
  element.addEventListener('pointerup', (event) => {
    const { x, y } = place(event);
    const from = pressedAt;
    pressedAt = null;
    timeline.select(null);
    if (from === null || from.overview) return;
    if (Math.abs(x - from.x) < dragPixelsMin) pinOrRelease(timeline, x, y);
    else zoomToRange(timeline, from.x, x);
  });
  element.addEventListener('pointercancel', () => {
    pressedAt = null;
    timeline.select(null);
  });
  element.addEventListener('pointerleave', () => {
    if (pressedAt === null) timeline.leave();
  });
  element.addEventListener('dblclick', () => {
    timeline.release();
    timeline.reset();
  });
}

/** In the overview the visible part follows the pointer. */
function moveTo(timeline: TimelineView, x: number): void {
  const { stage, view } = timeline;
  const span = view.endMicros - view.startMicros;
  const middle = ((x - stage.left) / stage.width) * stage.model.endMicros;
  timeline.setView({ startMicros: middle - span / 2, endMicros: middle + span / 2 });
}

function pinOrRelease(timeline: TimelineView, x: number, y: number): void {
  if (timeline.overlay.pinned) {
    timeline.release();
    timeline.hover(x, y);
  } else timeline.pin(timeline.microsAt(x), y);
}

function zoomToRange(timeline: TimelineView, from: number, to: number): void {
  const [start, end] = [timeline.microsAt(Math.min(from, to)), timeline.microsAt(Math.max(from, to))];
  timeline.setView({ startMicros: start, endMicros: end });
}

export function listenToWheel(timeline: TimelineView): void {
  const { element } = timeline.stage;
  let scrolledAt = Number.NEGATIVE_INFINITY;
  document.addEventListener(
    'wheel',
    (event) => {
      if (!element.contains(event.target as Node)) scrolledAt = event.timeStamp;
    },
    { passive: true },
  );
  element.addEventListener(
    'wheel',
    (event) => {
      if (event.timeStamp - scrolledAt < scrollGuardMillis) {
        scrolledAt = event.timeStamp;
        return;
      }
      const { view, stage } = timeline;
      const whole = view.startMicros <= 0 && view.endMicros >= stage.model.endMicros;
      // Nothing left to zoom out of: let the page scroll on.
      if (whole && event.deltaY > 0 && event.deltaX === 0 && !event.ctrlKey) return;
      event.preventDefault();
      const x = event.clientX - element.getBoundingClientRect().left;
      const sideways = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
        timeline.pan(sideways / stage.width);
      else timeline.zoom(1.0018 ** wheelPixels(event), timeline.microsAt(x));
    },
    { passive: false },
  );
}

function wheelPixels({ deltaY, deltaMode }: WheelEvent): number {
  const pixels = deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * 18 : deltaY;
  return Math.min(400, Math.max(-400, pixels));
}

export function listenToKeys(timeline: TimelineView, announcement: HTMLElement | null): void {
  const actions: Readonly<Record<string, (shift: boolean) => void>> = {
    ArrowLeft: (shift) => (shift ? timeline.moveInstant(-4) : timeline.pan(-0.12)),
    ArrowRight: (shift) => (shift ? timeline.moveInstant(4) : timeline.pan(0.12)),
    '+': () => timeline.zoom(0.6),
    '=': () => timeline.zoom(0.6),
    '-': () => timeline.zoom(1 / 0.6),
    _: () => timeline.zoom(1 / 0.6),
    '0': () => timeline.showWhole(),
    Home: () => timeline.showFocus(),
    n: () => timeline.step(1),
    N: () => timeline.step(1),
    p: () => timeline.step(-1),
    P: () => timeline.step(-1),
    Escape: () => {
      timeline.release();
      timeline.leave();
    },
  };
  timeline.stage.element.addEventListener('keydown', (event) => {
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(event.shiftKey);
    if (announcement !== null) announcement.textContent = timeline.sentence();
  });
}
