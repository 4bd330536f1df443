import { audit } from 'seismolog';
import { expect, it } from 'vitest';

const FAILURES = ['broker-dies', 'leader-cut-off', 'client-cut', 'consumer-dies'];

it('no single failure loses, repeats or reorders a payment, and each one is processed', async ({
  signal,
}) => {
  const { verdict, text } = await audit(
    {
      topic: { 'min.insync.replicas': '2' },
      producer: { acks: 'all', 'enable.idempotence': 'true' },
      consumer: { 'enable.auto.commit': 'false' },
    },
    {
      promises: ['no-loss', 'no-duplicates', 'no-reorder', 'processed-at-least-once'],
      failures: FAILURES,
      seeds: 2,
      signal,
    },
  );
  expect(verdict, text).toBe('valid');
}, 120_000);
