import { describe, expect, it } from 'vitest';
import type { Fault, FaultKind } from '../../harness/faults/fault.js';
import { anomalyMeaning } from './anomaly-meaning.js';
import { faultLabel, faultSentence } from './fault-sentence.js';
import { durationInWords, instantInWords } from './instant.js';

const atMicros = 1000;
const durationMicros = 1_500_000;
const target = 'b2';
const peer = 'b3';

const everyKind: Readonly<Record<FaultKind, Fault>> = {
  crash: { kind: 'crash', atMicros, target, durationMicros },
  'power-loss': { kind: 'power-loss', atMicros, target, durationMicros },
  pause: { kind: 'pause', atMicros, target, durationMicros },
  'clean-restart': { kind: 'clean-restart', atMicros, target, durationMicros },
  'wipe-disk': { kind: 'wipe-disk', atMicros, target, durationMicros },
  cut: { kind: 'cut', atMicros, target, peer, oneWay: true, durationMicros },
  isolate: { kind: 'isolate', atMicros, target, scope: 'brokers', oneWay: false, durationMicros },
  bridge: { kind: 'bridge', atMicros, target, durationMicros },
  ring: { kind: 'ring', atMicros, durationMicros },
  delay: { kind: 'delay', atMicros, target, peer, extraMicros: 250, durationMicros },
  'slow-link': { kind: 'slow-link', atMicros, target, peer, bytesPerSecond: 9600, durationMicros },
  reset: { kind: 'reset', atMicros, target, peer },
  'half-open': { kind: 'half-open', atMicros, target, peer },
  hold: { kind: 'hold', atMicros, target, peer, durationMicros },
  'hold-kind': { kind: 'hold-kind', atMicros, target, messageKind: 'AlterPartition', durationMicros },
  'disk-hang': { kind: 'disk-hang', atMicros, target, durationMicros },
  'disk-slow': { kind: 'disk-slow', atMicros, target, extraMicros: 4000, durationMicros },
  'disk-full': { kind: 'disk-full', atMicros, target, durationMicros },
  'disk-error': { kind: 'disk-error', atMicros, target, operation: 'write', count: 2, durationMicros },
  'short-write': { kind: 'short-write', atMicros, target },
  'lying-sync': { kind: 'lying-sync', atMicros, target, durationMicros },
  'bit-rot': { kind: 'bit-rot', atMicros, target },
  'clock-step': { kind: 'clock-step', atMicros, target, stepMillis: -300 },
  'clock-drift': { kind: 'clock-drift', atMicros, target, partsPerMillion: 200, durationMicros },
  'answer-error': {
    kind: 'answer-error',
    atMicros,
    target,
    api: 'Produce',
    error: 'REQUEST_TIMED_OUT',
    count: 3,
    partition: 'orders-0',
    durationMicros,
  },
  action: { kind: 'action', atMicros, name: 'unclean election', target: 'orders-0' },
};

describe('a fault in words', () => {
  it('has a sentence of its own for every kind', () => {
    const sentences = Object.values(everyKind).map(faultSentence);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).not.toMatch(/undefined|NaN|\[object/);
  });

  it('says whom it hits, how hard and how long', () => {
    expect(faultSentence(everyKind.crash)).toBe(
      'b2 crashes (the process dies, its page cache survives); started again 1.5 s later',
    );
    expect(faultSentence(everyKind.cut)).toBe('b2 is no longer heard by b3, for 1.5 s');
    expect(faultSentence(everyKind.delay)).toBe(
      'b2 and b3 hear each other 250 µs later than usual, for 1.5 s',
    );
    expect(faultSentence(everyKind['disk-error'])).toBe('b2 gets EIO on the next 2 writes, for 1.5 s');
    expect(faultSentence(everyKind['answer-error'])).toBe(
      'b2 answers the next 3 Produce requests with REQUEST_TIMED_OUT for orders-0 and does not carry them out, for 1.5 s',
    );
    expect(faultSentence(everyKind.action)).toBe('unclean election (orders-0)');
    expect(
      faultSentence({
        kind: 'action',
        atMicros,
        name: 'reassign',
        target: 'orders-0',
        args: { count: 4, replicas: [1, 2], mode: 'fast' },
      }),
    ).toBe('reassign (orders-0, count 4, replicas [1,2], mode fast)');
    expect(faultSentence(everyKind['hold-kind'])).toBe('b2 has every AlterPartition held back, for 1.5 s');
  });

  it('has a label short enough for its band', () => {
    expect(faultLabel(everyKind.cut)).toBe('cut b2 → b3');
    expect(faultLabel(everyKind.delay)).toBe('delay b2 ↔ b3');
    for (const fault of Object.values(everyKind)) expect(faultLabel(fault).length).toBeLessThan(40);
  });
});

describe('an instant in words', () => {
  it('has milliseconds, and microseconds only where it needs them', () => {
    expect(instantInWords(3_204_000)).toBe('3.204 s');
    expect(instantInWords(3_204_015)).toBe('3.204015 s');
  });

  it('has durations in the unit that suits them', () => {
    expect([250, 1500, 700_000, 4_200_000].map(durationInWords)).toEqual([
      '250 µs',
      '1.5 ms',
      '700 ms',
      '4.2 s',
    ]);
  });
});

describe('the meaning of an anomaly', () => {
  it('is known for the anomalies that tell of loss, and empty for a name nobody knows', () => {
    expect(anomalyMeaning('lost-write')).toContain('never read');
    expect(anomalyMeaning('constructor')).toBe('');
    expect(anomalyMeaning('something-new')).toBe('');
  });
});
