import { describe, expect, it } from 'vitest';
import type { AuditDocument } from './audit.js';
import { auditPage } from './audit-page.js';
import { DEFAULT_SETTINGS } from './audit-settings.js';
import { auditRow } from './audit-table.js';
import { FAILURE_CLASSES } from './failure-classes.js';

const settings = { ...DEFAULT_SETTINGS, consumer: { 'group.id': 'payments' } };
const rows = FAILURE_CLASSES.slice(0, 2).map((failure) =>
  auditRow(failure, { runs: [], incidents: [] }, false),
);
const cells = {
  ...rows[1]!.cells,
  lost: {
    verdict: 'broken',
    runs: 4,
    brokenRuns: 1,
    seed: '2',
    digest: 'd',
    replay: 'npx seismolog replay x',
  },
} as const;

const document: AuditDocument = {
  verdict: 'invalid',
  profile: 'acks=1',
  settings,
  rows: [rows[0]!, { ...rows[1]!, cells }],
  acknowledgedAfterMicros: 4_200,
  promises: [{ promise: 'no-loss', verdict: 'invalid', because: ['a broker process dies: 1 of 4 runs'] }],
  counterexample: {
    failure: 'a broker process dies',
    harm: 'lost',
    seed: '2',
    faults: 1,
    story: [{ timeMicros: 1_500_000, text: 'b1 crashes' }],
    replayLine: 'npx seismolog replay y',
    report: 'runs/audit/2/report.html',
  },
  changes: null,
  unknownBecause: [],
  problems: [],
};

describe('the page of an audit', () => {
  const page = auditPage(document, { settings, remarks: ['a remark'], accepted: [] }, 'pages');
  const text = JSON.stringify(page);

  it('has every row and every cell', () => {
    const [what] = page.sections;
    expect(what?.table?.rows.map(([title]) => title?.text)).toEqual([
      'nothing fails',
      'a broker process dies',
    ]);
    expect(what?.table?.rows[1]?.[1]).toEqual({ text: '1 of 4', tone: 'bad' });
    expect(what?.table?.rows.every((row) => row.length === what.table?.head.length)).toBe(true);
    expect(page.headline).toBe('1 of 12 cells broken');
  });

  it('has the counterexample with the link to its report, the promises, the configuration and the replay lines', () => {
    expect(text).toContain('1.500 s  b1 crashes');
    expect(text).toContain('"link":"../runs/audit/2/report.html"');
    expect(page.sections.map(({ heading }) => heading)).toContain('no-loss');
    expect(text).toContain('consumer group.id=payments');
    expect(text).toContain('a remark');
    expect(text).toContain('npx seismolog replay x');
  });
});
