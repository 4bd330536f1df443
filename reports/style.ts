/**
 * The page's style sheet. Light and dark by `prefers-color-scheme`; the canvas reads its colours from the same custom
 * properties. Host colours are Okabe and Ito's, darkened or lightened for contrast, so that no pair depends on red
 * against green; every state also has a shape.
 */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --raised: #f5f6f8; --ink: #15181d; --ink-2: #464d58; --ink-3: #6a7280; --line: #dcdfe5;
  --link: #1a5bb8; --bad: #b01040; --bad-soft: #fbe9ee; --good: #0a6b4d; --good-soft: #e4f4ee; --unsure: #865400; --unsure-soft: #fbf1df;
  --host-0: #0072b2; --host-1: #d07a00; --host-2: #008a64; --host-3: #a0509a; --host-4: #3f9bd1; --host-5: #77690a;
  --ok: #7d8da3; --fail: #c94f00; --info: #8a6d00; --fault: #4b5563; --telling: #b01040; --wash: #1118270d;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111417; --raised: #1a1e23; --ink: #e9ebee; --ink-2: #b6bdc7; --ink-3: #8b94a1; --line: #2c323a;
    --link: #82b4ff; --bad: #ff7a9a; --bad-soft: #34161f; --good: #62d3a8; --good-soft: #12291f; --unsure: #f0b85a; --unsure-soft: #2d2310;
    --host-0: #4aa8ea; --host-1: #f0a43c; --host-2: #2fc398; --host-3: #d893d2; --host-4: #96d6ff; --host-5: #d8c84e;
    --ok: #76879d; --fail: #ff8a4c; --info: #e2c044; --fault: #a5aebb; --telling: #ff7a9a; --wash: #ffffff0d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 var(--sans); font-variant-numeric: tabular-nums; }
main, header.top, footer { max-width: 1240px; margin: 0 auto; padding: 0 32px; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre, .mono { font-family: var(--mono); font-size: 0.88em; }
p { margin: 0 0 12px; max-width: 74ch; }
h1, h2, h3 { line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -0.01em; }

header.top { padding-top: 36px; padding-bottom: 28px; }
.brand { color: var(--ink-3); font-size: 13px; margin: 0 0 20px; max-width: none; display: flex; gap: 8px; flex-wrap: wrap; }
.brand b { color: var(--ink-2); font-weight: 600; }
.verdict { display: flex; align-items: center; gap: 18px; flex-wrap: wrap; }
.verdict .word { display: inline-flex; align-items: center; gap: 10px; padding: 7px 16px 8px 12px; border-radius: 8px; font-size: 26px; font-weight: 700; letter-spacing: -0.015em; }
.verdict .word svg { width: 22px; height: 22px; flex: none; }
.verdict.invalid .word { background: var(--bad); color: var(--paper); }
.verdict.valid .word { background: var(--good); color: var(--paper); }
.verdict.unknown .word { background: var(--unsure); color: var(--paper); }
.verdict .names { font-size: 26px; font-weight: 400; letter-spacing: -0.015em; color: var(--ink); overflow-wrap: anywhere; }
.verdict .names .times { color: var(--ink-3); }
.promise { margin: 18px 0 0; font-size: 16px; color: var(--ink-2); }
.promise b { color: var(--ink-3); font-weight: 400; }
.figures { display: flex; flex-wrap: wrap; gap: 6px 36px; margin: 22px 0 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--ink-3); font-size: 12.5px; }
.figures dd { margin: 0; font-size: 17px; font-weight: 550; }

section { border-top: 1px solid var(--line); padding: 28px 0 34px; display: grid; grid-template-columns: 132px minmax(0, 1fr); gap: 0 28px; }
section > h2 { font-size: 17px; padding-top: 1px; }
section > .wide { grid-column: 1 / -1; }
h3 { font-size: 15px; margin: 24px 0 8px; }
h3:first-child { margin-top: 0; }
details > summary + * { margin-top: 12px; }
.allowed-anomalies { margin-top: 22px; } .allowed-anomalies .anomaly { border-top: 0; padding-top: 4px; }
.lead { font-size: 19px; line-height: 1.5; letter-spacing: -0.005em; max-width: 68ch; margin-bottom: 20px; overflow-wrap: anywhere; }

ol.story { list-style: none; margin: 0 0 8px; padding: 0; counter-reset: line; }
ol.story li { display: grid; grid-template-columns: 20px 92px minmax(0, 1fr); gap: 12px; padding: 5px 0; align-items: start; counter-increment: line; }
ol.story li::before { content: counter(line); font-size: 11px; font-weight: 650; width: 19px; height: 19px; margin-top: 2px; display: grid; place-items: center; line-height: 1; border: 1.3px solid var(--telling); color: var(--telling); border-radius: 10px; }
.valid-story li::before { border-color: var(--ink-3); color: var(--ink-3); }
.at { font-family: var(--mono); font-size: 13px; white-space: nowrap; }
ol.story .at { text-align: right; line-height: 23px; }
.fate { display: grid; grid-template-columns: 88px minmax(0, 1fr); gap: 12px; padding-bottom: 3px; }
.fate .at { text-align: right; line-height: 21px; }
table.witnesses { table-layout: fixed; } table.witnesses th:nth-child(1) { width: 16%; } table.witnesses th:nth-child(2) { width: 19%; } table.witnesses th:nth-child(3) { width: 16%; }
table.proof { table-layout: fixed; } table.proof th:nth-child(1) { width: 112px; } table.proof th:nth-child(3) { width: 92px; } table.proof th:nth-child(4) { width: 124px; } table.proof th:nth-child(5) { width: 30%; }

.anomaly { margin-top: 26px; padding-top: 18px; border-top: 1px solid var(--line); }
.anomaly > header { display: flex; gap: 10px; align-items: baseline; flex-wrap: wrap; }
.anomaly > header h3 { margin: 0; font-size: 16px; color: var(--bad); }
.anomaly.allowed > header h3 { color: var(--ink-2); }
.anomaly .count { color: var(--ink-3); }
.tag { white-space: nowrap; font-size: 12px; border: 1px solid var(--line); border-radius: 4px; padding: 1px 7px; color: var(--ink-2); }
.anomaly .meaning { color: var(--ink-2); margin: 4px 0 12px; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 550; color: var(--ink-3); font-size: 12.5px; padding: 4px 16px 6px 0; border-bottom: 1px solid var(--line); vertical-align: bottom; }
td { padding: 7px 16px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tr:last-child > td { border-bottom: 0; }
td.number, th.number { text-align: right; }
td.number { font-family: var(--mono); font-size: 13px; }
td .quiet, .quiet { color: var(--ink-3); }
td code { overflow-wrap: anywhere; }
tr.telling td:first-child { box-shadow: inset 3px 0 0 var(--telling); padding-left: 10px; }
tr.context td:first-child { padding-left: 10px; }
.outcome { font-weight: 550; white-space: nowrap; }
.outcome.ok { color: var(--ink-2); } .outcome.fail { color: var(--fail); } .outcome.info { color: var(--info); }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 5px; margin-right: 5px; vertical-align: baseline; border: 2px solid currentColor; }
.dot.has { background: currentColor; }

ol.plan { margin: 0 0 12px; padding-left: 22px; }
ol.plan li { padding: 3px 0; }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--ink-2); font-size: 14px; width: fit-content; }
summary:hover { color: var(--ink); }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 12px 14px; margin: 8px 0 0; overflow: auto; max-height: 420px; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
.replay { display: flex; align-items: stretch; gap: 8px; margin: 0 0 18px; }
.replay code { flex: 1; min-width: 0; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 9px 14px; font-size: 14px; overflow-wrap: anywhere; }
button { font: 500 13px/1.3 var(--sans); color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 6px 11px; cursor: pointer; }
button:hover { border-color: var(--ink-3); }
button:disabled { color: var(--ink-3); cursor: default; border-color: var(--line); }
dl.pairs { display: grid; grid-template-columns: minmax(120px, max-content) minmax(0, 1fr); gap: 4px 20px; margin: 0; font-size: 14px; }
dl.witness { padding: 8px 0; } dl.witness + dl.witness { border-top: 1px solid var(--line); }
dl.pairs dt { color: var(--ink-3); overflow-wrap: anywhere; } dl.pairs dd { margin: 0; overflow-wrap: anywhere; }
.notice { border-left: 3px solid var(--unsure); background: var(--unsure-soft); padding: 10px 14px; margin: 0 0 16px; border-radius: 0 6px 6px 0; max-width: 74ch; }
.notice ul { margin: 4px 0 0; padding-left: 18px; }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 40px; }

.timeline { display: grid; grid-template-columns: minmax(0, 1fr) 272px; gap: 10px 20px; margin-top: 26px; }
.timeline .bar { grid-column: 1 / -1; display: flex; gap: 6px; align-items: center; flex-wrap: wrap; }
.timeline .bar .range { font-size: 13px; color: var(--ink-2); margin-left: auto; font-family: var(--mono); }
.timeline .stage { position: relative; touch-action: pan-y; cursor: crosshair; border-radius: 4px; min-height: 200px; }
.timeline .stage canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.timeline .stage canvas + canvas { pointer-events: none; }
.readout { position: sticky; top: 16px; font-size: 13px; line-height: 1.45; min-height: 330px; max-height: calc(100vh - 32px); overflow: auto; border-left: 1px solid var(--line); padding: 2px 0 2px 18px; }
.readout .when { font: 600 18px/1.2 var(--mono); margin-bottom: 2px; }
.readout .hint { color: var(--ink-3); }
.readout h4 { margin: 12px 0 2px; font-size: 12px; font-weight: 550; color: var(--ink-3); }
.readout ul { list-style: none; margin: 0; padding: 0; }
.readout li { overflow-wrap: anywhere; }
.readout .row { display: flex; gap: 8px; justify-content: space-between; }
.readout .row span:last-child { font-family: var(--mono); font-size: 12px; text-align: right; white-space: pre; }
.legend { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12.5px; color: var(--ink-2); margin: 2px 0 0; padding: 0; list-style: none; }
.legend li { display: inline-flex; align-items: center; gap: 7px; }
.legend svg { width: 22px; height: 12px; flex: none; overflow: visible; }
.keys { grid-column: 1 / -1; color: var(--ink-3); font-size: 12.5px; margin: 0; max-width: none; }
kbd { font: 11.5px var(--mono); border: 1px solid var(--line); border-radius: 3px; padding: 0 4px; background: var(--raised); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.plot { margin: 0 0 18px; min-height: 210px; }
.plot figcaption { font-size: 14px; font-weight: 550; margin-bottom: 4px; } .plot figcaption .quiet { font-weight: 400; }
figure { margin: 0; }
.uplot, .uplot *, .uplot *::before, .uplot *::after { box-sizing: border-box; }
.uplot { font-family: var(--sans); line-height: 1.5; width: min-content; }
.u-wrap { position: relative; user-select: none; }
.u-over, .u-under { position: absolute; } .u-under { overflow: hidden; }
.uplot canvas { display: block; position: relative; width: 100%; height: 100%; }
.u-axis { position: absolute; }
.u-legend { font-size: 12.5px; margin: 2px 0 0 46px; text-align: left; color: var(--ink-2); width: auto; }
.u-inline { display: block; } .u-inline * { display: inline-block; } .u-inline tr { margin-right: 14px; }
.u-legend th, .u-legend td { border: 0; padding: 2px; font-size: 12.5px; color: var(--ink-2); font-weight: 400; }
.u-legend th > * { vertical-align: middle; display: inline-block; }
.u-legend .u-marker { width: 12px; height: 3px; margin-right: 5px; background-clip: padding-box !important; }
.u-inline.u-live th::after { content: ":"; vertical-align: middle; } .u-inline:not(.u-live) .u-value { display: none; }
.u-series th { cursor: pointer; } .u-legend .u-off > * { opacity: 0.35; }
.u-select { background: var(--wash); position: absolute; pointer-events: none; }
.u-cursor-x, .u-cursor-y { position: absolute; left: 0; top: 0; pointer-events: none; will-change: transform; }
.u-hz .u-cursor-x, .u-vt .u-cursor-y { height: 100%; border-right: 1px solid var(--ink-3); }
.u-hz .u-cursor-y, .u-vt .u-cursor-x { width: 100%; border-bottom: 0; }
.u-cursor-pt { position: absolute; top: 0; left: 0; border-radius: 50%; border: 0 solid; pointer-events: none; will-change: transform; background-clip: padding-box !important; }
.u-axis.u-off, .u-select.u-off, .u-cursor-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off { display: none; }
footer { color: var(--ink-3); font-size: 12.5px; padding-top: 18px; padding-bottom: 40px; border-top: 1px solid var(--line); }

@media (max-width: 1060px) {
  .timeline { grid-template-columns: minmax(0, 1fr); }
  .readout { position: static; border-left: 0; border-top: 1px solid var(--line); padding: 10px 0 0; min-height: 150px; max-height: none; columns: 2; column-gap: 28px; }
  .readout > div { break-inside: avoid; }
}
@media (max-width: 900px) {
  main, header.top, footer { padding-left: 20px; padding-right: 20px; }
  section { grid-template-columns: minmax(0, 1fr); }
  section > h2 { margin-bottom: 14px; font-size: 19px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 640px) {
  /* Side by side the columns would be a letter wide: each row becomes a block, each cell a line with its column's name. */
  table.witnesses, table.witnesses tbody, table.witnesses tr, table.witnesses td,
  table.proof, table.proof tbody, table.proof tr, table.proof td { display: block; width: auto; }
  table.witnesses thead, table.proof thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.witnesses tr, table.proof tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  table.witnesses tr:last-child, table.proof tr:last-child { border-bottom: 0; }
  table.witnesses td, table.proof td { border: 0; padding: 2px 0; }
  table.witnesses td::before { display: block; color: var(--ink-3); font-size: 12.5px; }
  table.witnesses td:nth-child(2)::before { content: "Acknowledged"; }
  table.witnesses td:nth-child(3)::before { content: "On replicas, then"; }
  table.witnesses td:nth-child(4)::before { content: "What became of it"; }
  table.proof td:empty { display: none; }
  table.proof td:nth-child(n + 3) { color: var(--ink-2); font-size: 13px; }
  table.proof tr.telling { box-shadow: inset 3px 0 0 var(--telling); padding-left: 12px; }
  table.proof tr.context { padding-left: 12px; }
  table.proof tr td:first-child { box-shadow: none; padding-left: 0; }
  dl.pairs { grid-template-columns: minmax(0, 8fr) minmax(0, 5fr); gap: 4px 14px; }
  .replay { flex-direction: column; }
}
@media print {
  :root { --paper: #fff; --raised: #f5f6f8; --ink: #000; --ink-2: #333; --ink-3: #555; --line: #ccc; --bad: #b01040; --good: #0a6b4d; --unsure: #865400; --link: #000; --telling: #b01040; color-scheme: light; }
  body { font-size: 11pt; }
  main, header.top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  section { padding: 14pt 0; break-inside: auto; }
  .verdict .word { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .timeline .bar, .readout, .keys, button, #everything-else { display: none !important; }
  .timeline { display: block; break-inside: avoid; }
  pre { max-height: none; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;
