/** Writes the page of an audit or of a campaign. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RenderSummary, SummaryPage } from '../api/summary-page.js';
import { reasonOf, replaceFile } from '../runner/replace-file.js';

/** Returns an error message or null; the verdict is printed in both cases. */
export function writeHtml(path: string, page: SummaryPage, render: RenderSummary): string | null {
  try {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, render(page));
    return null;
  } catch (error) {
    return `cannot write ${path}: ${reasonOf(error)}`;
  }
}
