/**
 * The page of an audit or of a campaign as one HTML file that opens offline. It has no script. The
 * Content-Security-Policy allows the style by its hash and nothing else.
 */
import { createHash } from 'node:crypto';
import type { PageCell, PageLine, PageSection, SummaryPage } from '../harness/api/summary-page.js';
import { Html, html } from './html.js';
import { style } from './style.js';

const WORDS = { valid: 'Valid', invalid: 'Invalid', unknown: 'Unknown' } as const;
/** The tone of a cell does not depend on colour alone: a broken cell is bold. */
const summaryStyle = `${style}
td.good { color: var(--good); } td.bad { color: var(--bad); font-weight: 650; } td.unsure { color: var(--unsure); } td.quiet { color: var(--ink-3); }
table.summary td, table.summary th { white-space: nowrap; }
p.command { font-family: var(--mono); font-size: 12.5px; max-width: none; overflow-wrap: anywhere; color: var(--ink-2); }
`;

export function renderSummary(page: SummaryPage): string {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(summaryStyle).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { title, verdict, headline, figures, sections } = page;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${Html.trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${Html.trusted(summaryStyle)}</style>
</head>
<body>
<header class="top">
<p class="brand"><b>Seismolog</b></p>
<h1 class="verdict ${verdict}"><span class="word">${WORDS[verdict]}</span><span class="names">${headline}</span></h1>
<dl class="figures">
${figures.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
</header>
<main>
${sections.map(section)}</main>
</body>
</html>
`.toString();
}

function section({ heading, lines, table }: PageSection): Html {
  return html`<section>
<h2>${heading}</h2>
<div>
${lines.map(line)}</div>
${
  table === null || table.rows.length === 0
    ? null
    : html`<div class="scroll wide"><table class="summary">
<thead><tr>${table.head.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${table.rows.map((cells) => html`<tr>${cells.map(cell)}</tr>\n`)}</tbody>
</table></div>
`
}</section>
`;
}

function line({ text, link, isCommand }: PageLine): Html {
  return html`<p${isCommand === true ? Html.trusted(' class="command"') : null}>${linked(text, link)}</p>\n`;
}

function cell({ text, tone, link }: PageCell): Html {
  return html`<td class="${tone}">${linked(text, link)}</td>`;
}

function linked(text: string, link: string | undefined): Html | string {
  return link === undefined ? text : html`<a href="${pathAsHref(link)}">${text}</a>`;
}

/** A path is no URL: each part is encoded, and nothing before the first slash can be read as a scheme. */
function pathAsHref(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') || path.startsWith('.') ? encoded : `./${encoded}`;
}
