import { campaign } from 'seismolog';
import { expect, it } from 'vitest';
import { scenarios } from './payments.mjs';

const [payments, paymentsCutShort] = scenarios;
const module = new URL('./payments.mjs', import.meta.url);

it('loses no payment', async ({ signal }) => {
  const { verdict, text } = await campaign(payments, { seeds: 20, module, signal, runsDirectory: 'runs' });
  expect(verdict, text).toBe('valid');
}, 60_000);

it('would notice if one were lost', async ({ signal }) => {
  const { verdict, failure } = await campaign(paymentsCutShort, { stopAtFailure: true, module, signal });
  expect(verdict).toBe('invalid');
  expect(failure.run.plan.faults.length).toBe(1);
}, 60_000);
