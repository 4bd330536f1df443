import { describe, expect, it } from 'vitest';
import type { SummaryPage } from '../harness/api/summary-page.js';
import { renderSummary } from './summary-page.js';

const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>\u202e`;

const page = (text: string, link: string): SummaryPage => ({
  title: text,
  verdict: 'invalid',
  headline: text,
  figures: [{ name: text, value: text }],
  sections: [
    {
      heading: text,
      lines: [
        { text, link },
        { text, isCommand: true },
      ],
      table: { head: [text], rows: [[{ text, tone: 'bad', link }], [{ text, tone: 'good' }]] },
    },
  ],
});

describe('the page of an audit or a campaign', () => {
  it('shows every value, escaped', () => {
    const text = renderSummary(page(HOSTILE, 'runs/a/1/report.html'));
    expect(text).not.toMatch(/<script|<img|\u202e/);
    expect(text.match(/&lt;script&gt;/g)).toHaveLength(10);
    expect(text).toContain('<td class="bad">');
    expect(text).toContain('href="./runs/a/1/report.html"');
  });

  it('links to files alone, whatever their names', () => {
    expect(renderSummary(page('x', 'javascript:alert(1)'))).toContain('href="./javascript%3Aalert(1)"');
    expect(renderSummary(page('x', '../a b/"1/report.html'))).toContain('href="../a%20b/%221/report.html"');
  });

  it('has a policy without scripts', () => {
    expect(renderSummary(page('x', 'y'))).toMatch(/content="default-src 'none'; style-src 'sha256-/);
  });
});
