/**
 * A run as one HTML file that opens offline. The Content-Security-Policy allows the two inline scripts and the style by
 * their hashes and nothing else: even a value that slipped through the escaping could neither run nor load anything.
 */
import { createHash } from 'node:crypto';
import { embedJson, Html, html } from './html.js';
import { buildTimeline } from './model/build-timeline.js';
import { indexTrace } from './model/cluster-history.js';
import { gatherEvidence } from './model/evidence.js';
import { pairOperations } from './model/operations.js';
import { packColumns } from './model/pack.js';
import type { PageData } from './model/page-data.js';
import { buildPlots } from './model/plots.js';
import { pageScript, plotScript } from './page-script.js';
import type { ReportInput } from './report-input.js';
import { again } from './sections/again.js';
import { everythingElse } from './sections/everything-else.js';
import { how } from './sections/how.js';
import { masthead } from './sections/masthead.js';
import { showMe } from './sections/show-me.js';
import { whatBroke } from './sections/what-broke.js';
import { style } from './style.js';

export function renderReport(input: ReportInput): string {
  const { endedAtMicros } = input.results;
  const operations = pairOperations(input.operations, endedAtMicros);
  const history = indexTrace(input.trace, endedAtMicros);
  const evidence = gatherEvidence(input.results.anomalies, operations, history);
  const timeline = buildTimeline(input, operations, history, evidence);
  const packed = packColumns(timeline.columns);
  const plots = buildPlots(operations, endedAtMicros);
  const data: PageData = { timeline: timeline.model, columns: packed.places, plots };
  const body = html`${masthead(input)}
<main>
${whatBroke(input, evidence)}
${how(input, timeline.model, history.faults)}
${showMe(input, evidence)}
${again(input)}
${everythingElse(input, plots)}
</main>
<footer>${input.run.scenario}, seed ${input.run.seed}. Times are virtual, from the start of the run.</footer>
<script type="application/json" id="report-data">${embedJson(data)}</script>
<script type="text/plain" id="report-columns">${packed.base64}</script>`;
  return document(input, body);
}

function document(input: ReportInput, body: Html): string {
  const scripts = [plotScript(), pageScript()].map(inlineScript);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashSource).join(' ')}`,
    `style-src ${hashSource(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = `${input.results.verdict}: ${input.run.scenario}, seed ${input.run.seed}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${Html.trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${Html.trusted(style)}</style>
</head>
<body>
${body}
${scripts.map((script) => html`<script>${Html.trusted(script)}</script>\n`)}</body>
</html>
`.toString();
}

/** A script cannot hold its own end tag; in a string or a regular expression the backslash changes nothing. */
function inlineScript(text: string): string {
  return text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
