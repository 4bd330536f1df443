import { describe, expect, it } from 'vitest';
import type { LossAccount } from './run-data.js';
import { failsAlike } from './same-failure.js';

function failure(names: readonly string[], causes: readonly string[] = [], allowed = false) {
  const loss = { key: 't-0', records: 1, fromOffset: 3, timeMicros: 0, reason: '' };
  return {
    anomalies: names.map((name) => ({ name, count: 1, witnesses: [], allowed: false })),
    losses: causes.map((cause): LossAccount => ({ ...loss, cause, allowed })),
  };
}

describe('a smaller run fails as the first one did', () => {
  it('when it has the same anomaly, with fewer others or more', () => {
    const first = failure(['lost-write', 'duplicate']);
    expect(failsAlike(first, failure(['lost-write']), 'lost-write')).toBe(true);
    expect(failsAlike(first, failure(['lost-write', 'unseen']), 'lost-write')).toBe(true);
    expect(failsAlike(first, failure(['duplicate']), 'lost-write')).toBe(false);
  });

  it('not when it does not converge and the first run did: nobody has read to the end', () => {
    const smaller = failure(['unseen', 'not-converged']);
    expect(failsAlike(failure(['unseen']), smaller, 'unseen')).toBe(false);
    expect(failsAlike(failure(['unseen', 'not-converged']), smaller, 'unseen')).toBe(true);
  });

  it('not when its records are lost through another cause', () => {
    const first = failure(['unexplained-loss'], ['power-loss']);
    const alike = (causes: readonly string[]) =>
      failsAlike(first, failure(['unexplained-loss'], causes), 'unexplained-loss');
    expect([alike(['power-loss']), alike(['clean']), alike([])]).toEqual([true, false, false]);
    expect(failsAlike(failure(['unseen']), failure(['unseen'], ['none']), 'unseen')).toBe(false);
  });

  it('whatever permitted losses there are', () => {
    const first = failure(['hw-regress'], ['unclean-election'], true);
    expect(failsAlike(first, failure(['hw-regress']), 'hw-regress')).toBe(true);
  });
});
