/** The fault `answer-error` in the simulation: its effect, its account, and the names that it refuses. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../harness/faults/fault.js';
import { executeRun } from '../harness/runner/execute-run.js';
import { answeredErrors } from './answered-errors.js';
import { leaderCrash } from './leader-crash.js';

const refusing = {
  kind: 'answer-error',
  atMicros: 5_000_000,
  target: 'brokers',
  durationMicros: 4_000_000,
  api: 'Produce',
  error: 'NOT_LEADER_OR_FOLLOWER',
  count: 5,
} as const;

const run = (fault: Fault, wire?: 'bytes') =>
  executeRun(leaderCrash, {
    seed: '1',
    plan: { version: 1, faults: [fault] },
    ...(wire === undefined
      ? {}
      : { limits: { durationMicros: 30_000_000, operationsMax: null, without: [], wire } }),
  });

describe('answer-error', () => {
  it.each<Fault>([
    refusing,
    { ...refusing, error: 6 },
    { ...refusing, partition: 'orders-1' },
    { ...refusing, api: 'Fetch', error: 'FENCED_LEADER_EPOCH' },
    { ...refusing, api: 'Fetch', error: 'UNKNOWN_LEADER_EPOCH', partition: 'orders-2' },
  ])('%j matters, and producers and consumers survive it', (fault) => {
    const { faults, verdict } = run(fault);
    expect(faults).toEqual([{ kind: 'answer-error', configured: 1, fired: 1, mattered: 1 }]);
    expect(verdict).toBe('valid');
  });

  it('matters over bytes as by reference', () => {
    const { faults, verdict } = run({ ...refusing, partition: 'orders-0' }, 'bytes');
    expect(faults).toEqual([{ kind: 'answer-error', configured: 1, fired: 1, mattered: 1 }]);
    expect(verdict).toBe('valid');
  });

  it('does not matter when no request of the API comes', () => {
    expect(run({ ...refusing, api: 'DeleteTopics' }).faults).toEqual([
      { kind: 'answer-error', configured: 1, fired: 1, mattered: 0 },
    ]);
  });

  it.each([
    [{ api: 'Prodduce' }, 'faults[0].api: no API "Prodduce"; did you mean "Produce"?'],
    [
      { error: 'NOT_LEADER' },
      'faults[0].error: no error "NOT_LEADER"; did you mean "NOT_LEADER_OR_FOLLOWER"?',
    ],
    [{ error: 4_711 }, 'faults[0].error: Kafka has no error with the code 4711'],
    [{ error: 0 }, 'faults[0].error: NONE is no error'],
    [{ partition: 'order-1' }, 'faults[0].partition: no partition "order-1"; did you mean "orders-1"?'],
    [
      { api: 'Metadata', partition: 'orders-1' },
      'faults[0].partition: Metadata is not answered by partition',
    ],
    [{ count: 0 }, 'faults[0].count: must be an integer, 1 or more'],
  ])('with %j is refused', (field, words) => {
    expect(() => run({ ...refusing, ...field })).toThrow(words);
  });
});

describe('the scenario answered-errors', () => {
  it('holds while every broker refuses whatever it gets', () => {
    const apis = ['Produce', 'Fetch', 'Metadata', 'ListOffsets', 'InitProducerId'];
    const faults = apis.map((api): Fault => ({ ...refusing, api, error: 'REQUEST_TIMED_OUT', count: 3 }));
    const { verdict } = executeRun(answeredErrors, { seed: '1', plan: { version: 1, faults } });
    expect(verdict).toBe('valid');
  });
});
