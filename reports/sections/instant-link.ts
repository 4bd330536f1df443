/** An instant as a link into the timeline: `#at-3204000` is also an address one can send to somebody. */
import { type Html, html } from '../html.js';
import { instantInWords } from '../words/instant.js';

export function instantLink(micros: number): Html {
  return html`<a class="at" href="#at-${micros}" title="Show this instant in the timeline">${instantInWords(micros)}</a>`;
}
