/**
 * The report in a real browser, from `file://`, offline: it draws, zooms and reads out, asks for nothing, and runs
 * nothing but its own script. Needs Debian's Chromium; where there is none the tests are skipped by name.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from './render-report.js';
import type { ReportInput } from './report-input.js';
import { hostileRun } from './testing/hostile-run.js';
import { syntheticRun } from './testing/synthetic-run.js';

const executablePath = '/usr/bin/chromium';
const isMissing = !existsSync(executablePath);
const missing = isMissing ? ` (skipped: there is no ${executablePath})` : '';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let directory = '';
let context: BrowserContext;

interface OpenReport {
  readonly page: Page;
  /** Console errors, exceptions and refused resources. */
  readonly complaints: string[];
  /** Everything it asked for that is not the file itself. */
  readonly requests: string[];
}

async function open(name: string, input: ReportInput): Promise<OpenReport> {
  const path = join(directory, `${name}.html`);
  writeFileSync(path, renderReport(input));
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.goto(url);
  await page.waitForSelector('html[data-ready]', { timeout: 20_000 });
  await frame(page);
  return { page, complaints, requests };
}

/** Until what was asked for is drawn. */
async function frame(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))',
  );
}

/** How many pixels of the picture, or of the overlay, are painted, and how many colours they have. */
async function painted(page: Page, layer: 0 | 1): Promise<{ pixels: number; colours: number }> {
  return page.evaluate(`(() => {
    const canvas = document.querySelectorAll('#timeline .stage canvas')[${layer}];
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const words = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    let pixels = 0;
    for (const word of words) if (word !== 0) pixels++;
    return { pixels, colours: new Set(words).size };
  })()`);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

async function visible(page: Page): Promise<Span> {
  await frame(page);
  return page.evaluate(
    `(({ dataset }) => ({ start: Number(dataset.start), end: Number(dataset.end) }))(document.querySelector('#timeline .stage'))`,
  );
}

async function stageBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  await page.evaluate(
    `document.querySelector('#timeline').scrollIntoView({ behavior: 'instant', block: 'start' })`,
  );
  return (await page.locator('#timeline .stage').boundingBox())!;
}

describe('a report in Chromium', () => {
  beforeAll(async () => {
    if (isMissing) return;
    directory = mkdtempSync(join(tmpdir(), 'seismolog-chromium-'));
    context = await chromium.launchPersistentContext(join(directory, 'profile'), {
      executablePath,
      args: flags,
      viewport: { width: 1280, height: 900 },
    });
  });

  afterAll(async () => {
    if (isMissing) return;
    await context.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.skipIf(isMissing)(
    `opens from disk, shows the verdict, draws, and asks for nothing${missing}`,
    async () => {
      const { page, complaints, requests } = await open('invalid', syntheticRun());
      expect(await page.locator('h1').textContent()).toContain('Invalid');
      expect(await page.locator('h1').isVisible()).toBe(true);
      const picture = await painted(page, 0);
      expect(picture.pixels).toBeGreaterThan(10_000);
      expect(picture.colours).toBeGreaterThan(20);
      expect(await page.locator('#rate-plot canvas, #latency-plot canvas').count()).toBe(2);
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
      await page.close();
    },
  );

  it.skipIf(isMissing)(
    `zooms by wheel, drag, keys and buttons, and a double click resets${missing}`,
    async () => {
      const { page } = await open('zoom', syntheticRun());
      const box = await stageBox(page);
      const middle = { x: box.x + box.width / 2, y: box.y + 250 };
      const atFirst = await visible(page);
      const length = async (): Promise<number> => {
        const { start, end } = await visible(page);
        return end - start;
      };
      const whole = atFirst.end - atFirst.start;
      await page.mouse.move(middle.x, middle.y);
      await page.mouse.wheel(0, -300);
      const wheeled = await length();
      expect(wheeled).toBeLessThan(whole);
      await page.mouse.down();
      await page.mouse.move(middle.x + 120, middle.y, { steps: 4 });
      await page.mouse.up();
      const dragged = await length();
      expect(dragged).toBeLessThan(wheeled);
      await page.mouse.dblclick(middle.x, middle.y);
      expect(await visible(page)).toEqual(atFirst);
      await page.locator('#timeline .stage').focus();
      await page.keyboard.press('+');
      expect(await length()).toBeLessThan(whole);
      const before = await visible(page);
      await page.keyboard.press('ArrowRight');
      expect((await visible(page)).start).toBeGreaterThan(before.start);
      await page.keyboard.press('0');
      expect(await visible(page)).toEqual({ start: 0, end: 10_000_000 });
      await page.click('button[data-view="focus"]');
      expect(await visible(page)).toEqual(atFirst);
      await page.close();
    },
  );

  it.skipIf(isMissing)(
    `reads out the instant under the pointer, and the one a link names${missing}`,
    async () => {
      const { page, complaints } = await open('hover', syntheticRun());
      const box = await stageBox(page);
      expect((await painted(page, 1)).pixels).toBe(0);
      await page.mouse.move(box.x + box.width * 0.7, box.y + 250);
      await frame(page);
      expect((await painted(page, 1)).pixels).toBeGreaterThan(100);
      const hovered = await page.locator('.readout').textContent();
      expect(hovered).toContain('crash b2');
      expect(hovered).toMatch(/leader b2/);
      expect(hovered).toMatch(/end \d+\s+hw \d+/);
      await page.locator('ol.story a.at').nth(2).click();
      await frame(page);
      expect(await page.locator('.readout .when').textContent()).toBe('3.912 s');
      expect(await page.locator('.readout').textContent()).toContain('leader b1');
      await page.locator('#timeline .stage').focus();
      await page.keyboard.press('p');
      expect(await page.locator('#timeline-announcement').textContent()).toContain(
        '3.204 s; fault: crash b2',
      );
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it.skipIf(isMissing)(`says what it can of a run without history and trace${missing}`, async () => {
    const { page, complaints } = await open('bare', { ...syntheticRun(), operations: [], trace: [] });
    expect((await painted(page, 0)).pixels).toBeGreaterThan(1000);
    const box = await stageBox(page);
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await frame(page);
    expect(await page.locator('.readout').textContent()).toContain('crash b2');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.skipIf(isMissing)(`runs no text of the system under test, whatever it contains${missing}`, async () => {
    const { page, complaints, requests } = await open('hostile', hostileRun());
    const box = await stageBox(page);
    for (let y = 40; y < box.height; y += 40) {
      await page.mouse.move(box.x + box.width * 0.6, box.y + y);
      await frame(page);
    }
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('.readout').textContent()).toContain('</script>');
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    await page.close();
  });

  it.skipIf(isMissing)(
    `is drawn in dark colours where dark is preferred, and fits 800 pixels${missing}`,
    async () => {
      const { page, complaints } = await open('dark', syntheticRun());
      const background = (): Promise<string> =>
        page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await background();
      await page.emulateMedia({ colorScheme: 'dark' });
      await frame(page);
      expect(await background()).not.toBe(light);
      await page.setViewportSize({ width: 800, height: 900 });
      await frame(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(800);
      expect((await painted(page, 0)).pixels).toBeGreaterThan(10_000);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it.skipIf(isMissing)(`keeps the words beside the timeline while one scrolls${missing}`, async () => {
    const { page } = await open('sticky', syntheticRun());
    const box = await stageBox(page);
    for (let y = 0; y <= box.height; y += 50) {
      await page.mouse.wheel(0, 50);
      await frame(page);
      const [readout, legend] = await Promise.all(
        ['.readout', '.legend'].map((selector) => page.locator(selector).boundingBox()),
      );
      expect(readout!.y + readout!.height).toBeLessThanOrEqual(legend!.y);
    }
    await page.close();
  });

  it.skipIf(isMissing)(`can be read on a telephone: no column is a letter wide${missing}`, async () => {
    const { page } = await open('narrow', syntheticRun());
    await page.setViewportSize({ width: 420, height: 900 });
    await frame(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(420);
    // Text that is broken after every letter or two stands higher than wide.
    const slivers: unknown = await page.evaluate(`[...document.querySelectorAll('td, dd, dt')]
      .filter((cell) => cell.offsetParent !== null && cell.textContent.trim().length > 8)
      .map((cell) => ({ text: cell.textContent.trim().slice(0, 40), width: cell.getBoundingClientRect().width }))
      .filter(({ width }) => width < 72)`);
    expect(slivers).toEqual([]);
    await page.close();
  });

  it.skipIf(isMissing)(`draws a hundred thousand operations, and zooms in them${missing}`, async () => {
    const { page, complaints } = await open(
      'big',
      syntheticRun({ durationMicros: 60_000_000, recordsPerSecond: 900, partitions: 12 }),
    );
    await page.click('button[data-view="whole"]');
    expect((await painted(page, 0)).pixels).toBeGreaterThan(10_000);
    await page.click('button[data-view="partitions"]');
    await page.click('button[data-view="in"]');
    expect((await visible(page)).end).toBeLessThan(60_000_000);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
