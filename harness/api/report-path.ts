/** The path of a written run's report, for messages; null when nothing was written. */
import { join } from 'node:path';
import type { Examined } from '../runner/examine.js';
import { shownPath } from '../runner/shown-path.js';

export function reportPathOf({ document }: Examined): string | null {
  return document.runDirectory === null ? null : shownPath(join(document.runDirectory, 'report.html'));
}
