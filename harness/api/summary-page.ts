/**
 * A page about more than one run: what an audit or a campaign found. Plain data, which `reports/` renders as one HTML file and
 * escapes throughout.
 */
import type { Verdict } from '../checkers/verdict.js';

export interface SummaryPage {
  /** Of the browser's window. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What stands beside the verdict. */
  readonly headline: string;
  readonly figures: readonly { readonly name: string; readonly value: string }[];
  readonly sections: readonly PageSection[];
}

export interface PageSection {
  readonly heading: string;
  readonly lines: readonly PageLine[];
  readonly table: PageTable | null;
}

export interface PageTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly PageCell[])[];
}

/** `good` and `bad`: kept and broken. `quiet`: not measured, or nothing to say. */
export type Tone = 'plain' | 'good' | 'bad' | 'unsure' | 'quiet';

export interface PageCell {
  readonly text: string;
  readonly tone: Tone;
  /** A file beside the page: its path, relative to the page or absolute. */
  readonly link?: string;
}

export interface PageLine {
  readonly text: string;
  /** A command that a person copies. */
  readonly isCommand?: boolean;
  readonly link?: string;
}

export const plainCell = (text: string, tone: Tone = 'plain'): PageCell => ({ text, tone });

/** Renders the page as one HTML file. */
export type RenderSummary = (page: SummaryPage) => string;
