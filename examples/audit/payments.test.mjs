import { audit } from 'seismolog';
import { expect, it } from 'vitest';

it('no single failure loses, repeats or reorders a payment', async ({ signal }) => {
  const { verdict, text } = await audit(
    {
      topic: { 'min.insync.replicas': '2' },
      producer: { acks: 'all', 'enable.idempotence': 'true' },
    },
    { promises: ['no-loss', 'no-duplicates', 'no-reorder'], seeds: 4, signal },
  );
  expect(verdict, text).toBe('valid');
}, 120_000);
