/** What the members of an audit's group process, by the order of commit and by the keys of the consumer. */
import { describe, expect, it } from 'vitest';
import { executeRun } from '../../harness/runner/execute-run.js';
import { auditScenario } from './audit-scenario.js';
import { type AuditSettings, type CommitOrder, DEFAULT_SETTINGS } from './audit-settings.js';
import { FAILURE_CLASSES } from './failure-classes.js';

const SESSION = { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '1000' };

function settingsOf(
  commit: CommitOrder,
  consumer: AuditSettings['consumer'] = {},
  millis = 5,
): AuditSettings {
  const isAuto = String(commit === 'auto');
  return {
    ...DEFAULT_SETTINGS,
    partitions: 2,
    consumer: { 'enable.auto.commit': isAuto, 'auto.offset.reset': 'earliest', ...SESSION, ...consumer },
    processing: { commit, millis },
  };
}

function runsOf(settings: AuditSettings, name: string, seeds: number) {
  const failure = FAILURE_CLASSES.find((each) => each.name === name)!;
  const scenario = auditScenario(settings, failure);
  const runs = Array.from({ length: seeds }, (_, index) => executeRun(scenario, { seed: String(index + 1) }));
  const sum = (count: 'unprocessed' | 'repeated'): number =>
    runs.reduce((total, { outcome }) => total + (outcome?.processing?.[count] ?? Number.NaN), 0);
  const standstills = runs.flatMap(({ availability }) =>
    availability.map(({ processing }) => processing?.longestMicros ?? 0),
  );
  return {
    unprocessed: sum('unprocessed'),
    repeated: sum('repeated'),
    standstillSeconds: Math.max(...standstills) / 1e6,
    stories: runs.flatMap(({ story }) => story.map(({ text }) => text)),
  };
}

describe('a member that dies', () => {
  it('after processing and before its commit leaves records that are processed again', () => {
    for (const commit of ['after', 'auto'] as const) {
      const { unprocessed, repeated, stories } = runsOf(settingsOf(commit, {}, 50), 'consumer-dies', 3);
      expect(unprocessed).toBe(0);
      expect(repeated).toBeGreaterThan(0);
      expect(stories.some((text) => /processes record \d+ again/.test(text))).toBe(true);
    }
  });

  it('after its commit and before processing leaves records that nobody processes', () => {
    const { unprocessed, repeated, stories } = runsOf(settingsOf('before', {}, 50), 'consumer-dies', 3);
    expect(unprocessed).toBeGreaterThan(0);
    expect(repeated).toBe(0);
    expect(stories.some((text) => /no member has processed record \d+/.test(text))).toBe(true);
  });

  it('without any commit leaves everything to auto.offset.reset', () => {
    expect(runsOf(settingsOf('none'), 'consumer-dies', 2).repeated).toBeGreaterThan(100);
    const latest = runsOf(settingsOf('none', { 'auto.offset.reset': 'latest' }), 'consumer-dies', 2);
    expect(latest.unprocessed).toBeGreaterThan(0);
  });

  it('stops processing for as long as its session', () => {
    const short = runsOf(settingsOf('after'), 'consumer-dies', 3).standstillSeconds;
    const long = runsOf(settingsOf('after', { 'session.timeout.ms': '20000' }), 'consumer-dies', 3);
    expect(short).toBeLessThan(15);
    expect(long.standstillSeconds).toBeGreaterThan(18);
  });
});

describe('a member that goes on processing', () => {
  const interval = { 'max.poll.interval.ms': '9000' };

  it('for longer than max.poll.interval.ms loses its partitions, and what it had processed is repeated', () => {
    const { unprocessed, repeated, standstillSeconds } = runsOf(
      settingsOf('after', interval),
      'slow-processing',
      4,
    );
    expect(unprocessed).toBe(0);
    expect(repeated).toBeGreaterThan(0);
    expect(standstillSeconds).toBeGreaterThan(9);
    expect(standstillSeconds).toBeLessThan(20);
  });

  it('repeats nothing when it has committed before', () => {
    expect(runsOf(settingsOf('before', interval), 'slow-processing', 4).repeated).toBe(0);
  });
});

describe('static members', () => {
  const instance = { 'group.instance.id': 'worker' };

  it('keep their partitions through a restart shorter than the session, which nobody else notices', () => {
    const { unprocessed, repeated } = runsOf(settingsOf('after', instance), 'rebalance', 1);
    expect([unprocessed, repeated]).toEqual([0, 0]);
  });
});

describe('members that leave and come back', () => {
  it('on a cluster of one broker', () => {
    const { unprocessed, repeated } = runsOf(
      { ...settingsOf('after'), brokers: 1, replicationFactor: 1 },
      'rebalance',
      1,
    );
    expect([unprocessed, repeated]).toEqual([0, 0]);
  });

  it.each(['auto', 'after', 'before'] as const)('%s: nothing is lost or repeated', (commit) => {
    const { unprocessed, repeated } = runsOf(settingsOf(commit), 'rebalance', 2);
    expect([unprocessed, repeated]).toEqual([0, 0]);
  });
});
