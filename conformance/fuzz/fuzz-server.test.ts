import { expect, it } from 'vitest';
import { fuzzServer } from './fuzz-server.js';

it('no frame makes a node throw or end, or disturbs another client', async () => {
  expect(await fuzzServer({ frames: 1_500, seed: 1 })).toEqual({ frames: 1_500, failures: [], disturbed: 0 });
});
