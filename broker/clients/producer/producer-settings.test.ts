import { describe, expect, it } from 'vitest';
import { resolveProducerSettings } from './producer-settings.js';

describe('a producer is idempotent', () => {
  it('by default', () => {
    expect(resolveProducerSettings({})['enable.idempotence']).toBe(true);
  });

  it.each([{ acks: '1' }, { retries: '0' }, { 'max.in.flight.requests.per.connection': '6' }])(
    'not with %j, and asking for both is an error',
    (properties) => {
      expect(resolveProducerSettings(properties)['enable.idempotence']).toBe(false);
      expect(() => resolveProducerSettings({ ...properties, 'enable.idempotence': 'true' })).toThrow(
        'Must set',
      );
    },
  );
});

describe('delivery.timeout.ms', () => {
  it('must cover linger and one request, or is raised when it is the default', () => {
    expect(() => resolveProducerSettings({ 'delivery.timeout.ms': '1000' })).toThrow('delivery.timeout.ms');
    const raised = resolveProducerSettings({ 'request.timeout.ms': '200000', 'linger.ms': '7' });
    expect(raised['delivery.timeout.ms']).toBe(200_007);
  });
});
