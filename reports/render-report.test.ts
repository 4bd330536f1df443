import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderReport } from './render-report.js';
import { hostileRun } from './testing/hostile-run.js';
import { syntheticRun } from './testing/synthetic-run.js';

/** The page without scripts and style: what a reader reads. */
function wordsOf(page: string): string {
  return page
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

function headingsOf(page: string): string[] {
  return [...page.matchAll(/<(h[123])[^>]*>([\s\S]*?)<\/\1>/g)].map(
    (match) => `${match[1]} ${match[2]!.replace(/<[^>]+>/g, '').trim()}`,
  );
}

const page = renderReport(syntheticRun());

describe('the report of an invalid run', () => {
  it('carries the licence of the library that is in it', () => {
    const page = renderReport(syntheticRun());
    expect(page).toContain('Leon Sorokin');
    expect(page).toContain('this permission notice shall be included');
  });

  it('answers in order: what broke, how, show me, again, everything else', () => {
    expect(headingsOf(page)).toEqual([
      'h1 Invalidlost-write × 2',
      'h2 What broke',
      'h3 lost-write',
      'h3 inconsistent-offsets',
      'h2 How',
      'h2 Show me',
      'h3 lost-write',
      'h3 inconsistent-offsets',
      'h2 Again',
      'h2 Everything else',
      'h3 Faults',
      'h3 Operations',
      'h3 Marks',
      'h3 Configuration',
      'h3 Minimisation',
      'h3 In the run directory',
    ]);
  });

  it('does not claim that a plan became smaller when it did not', () => {
    const run = syntheticRun();
    const minimisation = { runs: 47, faultsBefore: 1, faultsAfter: 1, log: [] };
    const words = wordsOf(renderReport({ ...run, results: { ...run.results, minimisation } }));
    expect(words).toContain('One fault in the plan; 47 runs found none that could be left out.');
  });

  it('tells in words when the lost record was acknowledged, who had it, and which election lost it', () => {
    const words = wordsOf(page);
    expect(words).toMatch(/by b2, leader epoch 4/);
    expect(words).toMatch(/not on b1, b3/);
    expect(words).toMatch(/3\.912 s b1 is elected, leader epoch 5; its log ends at \d+, before the record/);
    expect(words).toContain('One fault is enough: minimised from 9 to 1 in 41 runs.');
    expect(words).toContain(
      'b2 crashes (the process dies, its page cache survives); started again 4 s later',
    );
  });

  it('links each instant of the story into the timeline', () => {
    for (const { timeMicros } of syntheticRun().results.story)
      expect(page).toContain(`href="#at-${timeMicros}"`);
  });

  it('gives the replay line to copy, and completes a bare token', () => {
    expect(page).toContain('<code id="replay-line">npx seismolog replay sl1-');
    const bare = renderReport({ ...syntheticRun(), replay: 'sl1-abc' });
    expect(bare).toContain('<code id="replay-line">npx seismolog replay sl1-abc</code>');
  });

  it('is the same text for the same run', () => {
    expect(renderReport(syntheticRun())).toBe(page);
  });
});

describe('the report of another run', () => {
  it('says of a valid one what was promised and what it survived', () => {
    const words = wordsOf(renderReport(syntheticRun({ verdict: 'valid' })));
    expect(words).toContain('Promise: acks=all, min.insync.replicas=2');
    expect(words).toContain('What held');
    expect(words).toContain('crash: fired once and had an effect');
    expect(words).not.toContain('disk-slow: fired');
  });

  it('says of an unknown one why, and what the cluster waited for', () => {
    const words = wordsOf(renderReport(syntheticRun({ verdict: 'unknown' })));
    expect(words).toContain('The verdict is unknown because');
    expect(words).toContain('orders-1: b3 is not in the ISR');
  });

  it('does not call a broken promise unknown where something could not be judged besides', () => {
    const run = syntheticRun();
    const results = { ...run.results, unknownBecause: ['no poll ever succeeded'] };
    const words = wordsOf(renderReport({ ...run, results }));
    expect(words).toContain('Besides, this could not be judged no poll ever succeeded');
    expect(words).not.toContain('verdict is unknown');
  });

  it('counts in the singular what is one', () => {
    const run = syntheticRun();
    const minimisation = { runs: 1, faultsBefore: 1, faultsAfter: 1, log: ['one'] };
    const words = wordsOf(renderReport({ ...run, results: { ...run.results, minimisation } }));
    expect(words).toContain('1 run; from 1 fault to 1. 1 step');
  });

  it('needs neither history nor trace', () => {
    const bare = renderReport({ ...syntheticRun(), operations: [], trace: [] });
    expect(wordsOf(bare)).toContain('The run directory holds no history.');
  });
});

describe('a report is safe to open', () => {
  it('lets no hostile text through as markup, wherever it stands', () => {
    const text = renderReport(hostileRun());
    const elements = [...text.matchAll(/<([a-z!/][^\s>]*)/gi)].map((match) => match[1]!.toLowerCase());
    expect(elements).not.toContain('img');
    expect(text.match(/<\/script/g)).toHaveLength(4);
    expect(text.match(/<\/style/g)).toHaveLength(1);
    expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(text).not.toContain('onerror="window');
  });

  it('keeps the embedded data parsable with hostile names in it', () => {
    const data = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(
      renderReport(hostileRun()),
    )![1]!;
    const parsed = JSON.parse(data) as { timeline: { hosts: string[] } };
    expect(parsed.timeline.hosts[0]).toContain('</script>');
  });

  it('allows its own scripts and style by hash and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)];
    expect(scripts).toHaveLength(2);
    for (const [, script] of scripts) expect(policy).toContain(hash(script!));
    expect(policy).toContain(hash(/<style>([\s\S]*?)<\/style>/.exec(page)![1]!));
  });

  it('names no other resource', () => {
    expect(page).not.toMatch(/<(link|iframe|object|embed|base|form)\b|\b(src|srcset|action)=|@import|url\(/);
    const addresses = [...page.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['https://github.com/leeoniya/uPlot']));
  });
});

describe('the size of a report', () => {
  it('stays below 10 bytes an operation, scripts apart', () => {
    const big = syntheticRun({ durationMicros: 60_000_000, recordsPerSecond: 900, partitions: 12 });
    expect(big.operations.length).toBeGreaterThan(100_000);
    const scriptSize = page.length;
    expect(renderReport(big).length - scriptSize).toBeLessThan(big.operations.length * 10);
  });
});
