import { expect, it } from 'vitest';
import { fuzzServer } from './fuzz-server.js';
import { startAsProcess } from './fuzz-target.js';

it('no frame makes a node throw or end, or disturbs another client', { timeout: 60_000 }, async () => {
  const { frames, answered, closed, kinds, failures, disturbed } = await fuzzServer({
    frames: 2_000,
    seed: 1,
    patienceMs: 1_000,
    start: startAsProcess,
  });
  expect(failures).toEqual([]);
  expect(disturbed).toBe(0);
  expect(frames).toBeGreaterThanOrEqual(2_000);
  // Frames that reach handlers, and frames that no decoder takes.
  expect(answered).toBeGreaterThan(100);
  expect(closed).toBeGreaterThan(100);
  expect(kinds).toBeGreaterThan(50);
});
