/** Specifications of Trogdor as fault plans, and what happens to a run under them. */
import { describe, expect, it } from 'vitest';
import { executeRun } from '../../harness/runner/execute-run.js';
import { leaderCrash } from '../leader-crash.js';
import { isTrogdor, planFromTrogdor } from './trogdor-plan.js';

const PACKAGE = 'org.apache.kafka.trogdor.fault';
const instant = { startMs: 6_000, durationMs: 2_000 };
const times = { atMicros: 6_000_000, durationMicros: 2_000_000 };
const processStop = {
  class: `${PACKAGE}.ProcessStopFaultSpec`,
  ...instant,
  nodeNames: ['b1'],
  javaProcessName: 'kafka.Kafka',
};
const networkPartition = {
  class: `${PACKAGE}.NetworkPartitionFaultSpec`,
  ...instant,
  partitions: [['b1', 'b2'], ['b3']],
};
const degradedNetwork = {
  class: `${PACKAGE}.DegradedNetworkFaultSpec`,
  ...instant,
  nodeSpecs: { b2: { latencyMs: 50, rateLimitKbit: 800 } },
};
const filesUnreadable = {
  class: `${PACKAGE}.FilesUnreadableFaultSpec`,
  ...instant,
  nodeNames: ['b3'],
  mountPath: '/mnt/kibosh',
  prefix: '',
  errorCode: 5,
};

describe('a specification of Trogdor', () => {
  it('is a fault plan', () => {
    const tasks = [processStop, { id: 'cut', spec: networkPartition }, degradedNetwork, filesUnreadable];
    expect(isTrogdor(tasks)).toBe(true);
    expect(planFromTrogdor(tasks).faults).toEqual([
      { kind: 'pause', target: 'b1', ...times },
      { kind: 'cut', target: 'b1', peer: 'b3', oneWay: false, ...times },
      { kind: 'cut', target: 'b2', peer: 'b3', oneWay: false, ...times },
      { kind: 'delay', target: 'b2', peer: 'all', extraMicros: 25_000, ...times },
      { kind: 'slow-link', target: 'b2', peer: 'all', bytesPerSecond: 100_000, ...times },
      { kind: 'disk-error', target: 'b3', operation: 'read', count: 2_147_483_647, ...times },
    ]);
  });

  it('has times of the wall clock from the earliest one on', () => {
    const tasks = [1_700_000_005_000, 1_700_000_002_000].map((startMs) => ({ ...processStop, startMs }));
    expect(planFromTrogdor(tasks).faults.map(({ atMicros }) => atMicros)).toEqual([3_000_000, 0]);
  });

  it('acts in a run', () => {
    const plan = planFromTrogdor([processStop, degradedNetwork]);
    const { faults, verdict } = executeRun(leaderCrash, { seed: '1', plan });
    expect(faults).toEqual([
      { kind: 'pause', configured: 1, fired: 1, mattered: 1 },
      { kind: 'delay', configured: 1, fired: 1, mattered: 1 },
      { kind: 'slow-link', configured: 1, fired: 1, mattered: 1 },
    ]);
    expect(verdict).toBe('valid');
  });

  it.each([
    [{ ...processStop, class: `${PACKAGE}.ProcessStopFaultSpeck` }, 'did you mean'],
    [{ ...processStop, javaProcessName: 'zookeeper' }, 'the task.javaProcessName'],
    [{ ...processStop, signal: 9 }, 'the task.signal: ProcessStopFaultSpec has no such field'],
    [{ ...networkPartition, partitions: [['b1'], ['b1']] }, 'more than one partition'],
    [{ ...degradedNetwork, nodeSpecs: { b1: { networkDevice: 'eth0' } } }, 'nodeSpecs.b1.networkDevice'],
    [{ ...filesUnreadable, prefix: '/logs' }, 'the task.prefix'],
    [{ ...filesUnreadable, errorCode: 28 }, 'the task.errorCode: must be 5'],
    [{ ...processStop, startMs: -1 }, 'the task.startMs'],
  ])('%j is refused', (task, words) => expect(() => planFromTrogdor(task)).toThrow(words));

  it('is no fault plan of this project', () => expect(isTrogdor({ version: 1, faults: [] })).toBe(false));
});
