import { describe, expect, it } from 'vitest';
import { applyProfile, verdictOf } from './profile.js';
import type { Anomaly } from './verdict.js';

const LOSS: Anomaly = { name: 'lost-write', count: 1, witnesses: [], allowed: false };
const DUPLICATE: Anomaly = { name: 'duplicate', count: 2, witnesses: [], allowed: false };

describe('a profile', () => {
  it('allows what it names, with the reason, and nothing else', () => {
    const [loss, duplicate] = applyProfile(
      [LOSS, DUPLICATE],
      new Map([['duplicate', 'retries without idempotence']]),
    );
    expect(loss).toEqual(LOSS);
    expect(duplicate).toEqual({ ...DUPLICATE, allowed: true, reason: 'retries without idempotence' });
  });

  it('leaves what is allowed already with the reason it has', () => {
    const allowed = { ...LOSS, allowed: true, reason: 'an unclean election lost it' };
    expect(applyProfile([allowed], new Map([['lost-write', 'another reason']]))).toEqual([allowed]);
  });
});

describe('the verdict', () => {
  it('is invalid for anything forbidden, unknown for anything open, else valid', () => {
    const allowed = { ...LOSS, allowed: true };
    expect(verdictOf([])).toBe('valid');
    expect(verdictOf([allowed])).toBe('valid');
    expect(verdictOf([allowed], ['no poll ever succeeded'])).toBe('unknown');
    expect(verdictOf([allowed, DUPLICATE], ['no poll ever succeeded'])).toBe('invalid');
  });
});
