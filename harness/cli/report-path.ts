/** Where the report of a written run lies, as a person would type it; null when nothing was written. */
import { join } from 'node:path';
import type { Examined } from '../runner/examine.js';
import type { Session } from './session.js';

export function reportPathOf(session: Session, { document }: Examined): string | null {
  return document.runDirectory === null
    ? null
    : session.shownPath(join(document.runDirectory, 'report.html'));
}
