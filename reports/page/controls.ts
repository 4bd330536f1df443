/** Buttons, links to instants, and copying. */
import type { TimelineView } from './timeline-view.js';

export function listenToButtons(figure: HTMLElement, timeline: TimelineView): void {
  const actions: Readonly<Record<string, () => void>> = {
    focus: () => timeline.showFocus(),
    whole: () => timeline.showWhole(),
    in: () => timeline.zoom(0.5),
    out: () => timeline.zoom(2),
    next: () => timeline.step(1),
    previous: () => timeline.step(-1),
  };
  for (const button of figure.querySelectorAll<HTMLButtonElement>('button[data-view]')) {
    const name = button.dataset.view ?? '';
    if (name === 'partitions') offerPartitions(button, timeline);
    else button.addEventListener('click', () => actions[name]?.());
    if (name === 'focus' && timeline.opensOnWhole) button.hidden = true;
    if ((name === 'next' || name === 'previous') && timeline.stage.model.moments.length === 0)
      button.hidden = true;
  }
}

function offerPartitions(button: HTMLButtonElement, timeline: TimelineView): void {
  const all = timeline.stage.model.partitions.length;
  const few = timeline.partitionsShown;
  if (all <= few) return;
  const label = (): void => {
    button.textContent = timeline.partitionsShown < all ? `All ${all} partitions` : `First ${few} partitions`;
  };
  button.hidden = false;
  label();
  button.addEventListener('click', () => {
    timeline.partitionsShown = timeline.partitionsShown < all ? all : few;
    timeline.stage.showPartitions(timeline.partitionsShown);
    timeline.redraw();
    label();
  });
}

/** `#at-3204000`: pins that instant and brings the timeline into view. */
export function followInstantLinks(figure: HTMLElement, timeline: TimelineView): void {
  const follow = (): void => {
    const match = /^#at-(\d+)$/.exec(location.hash);
    if (match === null) return;
    timeline.goTo(Number(match[1]));
    figure.scrollIntoView({ block: 'nearest' });
  };
  addEventListener('hashchange', follow);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a.at') : null;
    // The address does not change when the same link is followed twice.
    if (link !== null && link.getAttribute('href') === location.hash) follow();
  });
  follow();
}

export function listenToCopyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    const label = button.textContent;
    button.addEventListener('click', () => {
      const source = document.getElementById(button.dataset.copy ?? '');
      if (source === null) return;
      copy(source).then((done) => {
        button.textContent = done ? 'Copied' : 'Press Ctrl+C';
        setTimeout(() => {
          button.textContent = label;
        }, 1600);
      });
    });
  }
}

/** From `file://` the clipboard may be refused: the text is then selected for the reader to copy. */
async function copy(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand('copy');
  }
}
