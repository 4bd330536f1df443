/** `seismolog broker` is killed under load. A new start on its directory has every acknowledged record. */
import { expect, it } from 'vitest';
import { killRounds } from './kill-rounds.js';

const ROUNDS = 3;

it('has every acknowledged record after each of several kills', { timeout: 120_000 }, async () => {
  const { acknowledged, lost, exitCode } = await killRounds(ROUNDS);
  expect(acknowledged).toBeGreaterThanOrEqual(ROUNDS * 200);
  expect(lost).toEqual([]);
  expect(exitCode).toBe(0);
});
