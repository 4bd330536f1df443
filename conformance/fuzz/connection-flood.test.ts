import { expect, it } from 'vitest';
import { ANSWER_BYTES_MAX, floodConnections } from './connection-flood.js';
import { startAsProcess } from './fuzz-target.js';

it('costs a bounded memory for each connection, and others are answered', { timeout: 60_000 }, async () => {
  const flood = await floodConnections({ halfOpen: 500, deaf: 40, start: startAsProcess });
  expect(flood.failures).toEqual([]);
  expect(flood.unanswered).toBe(0);
  // The peers announced 100 MiB each.
  expect(flood.bytesPerHalfOpen ?? 0).toBeLessThan(100_000);
  // Each asked for twenty answers.
  expect(flood.bytesPerDeaf ?? 0).toBeLessThan(4 * ANSWER_BYTES_MAX);
});
