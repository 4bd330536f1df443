/** Producers that another takes over from, as the history shows them: by the sessions that its processes are named after. */
import { describe, expect, it } from 'vitest';
import { sessionOfProcess } from '../../../harness/checkers/sessions/send-order.js';
import { cluster } from '../../cluster/cluster-spec.js';
import { KafkaExperiment } from '../../experiment/kafka-experiment.js';
import { produceAndConsume } from './produce-and-consume.js';

const SECOND = 1_000_000;
const SESSION_MILLIS = 400;

/** One producer before one broker, some seconds after the first record. */
function producing(sessionMillis: number): KafkaExperiment {
  const experiment = new KafkaExperiment(
    {
      cluster: cluster({ brokers: 1, topics: { orders: { partitions: 1 } } }),
      workload: produceAndConsume({ producers: 1, consumers: 1, recordsPerSecond: 200, sessionMillis }),
      strict: false,
    },
    {
      seed: 'sessions',
      limits: { durationMicros: 60 * SECOND, operationsMax: null, without: [] },
      trace: false,
      onlooker: null,
    },
  );
  experiment.start();
  run(experiment, 6 * SECOND);
  return experiment;
}

function run({ world }: KafkaExperiment, micros: number): void {
  world.simulation.runUntil(world.simulation.nowMicros + micros);
}

/** Of each send, in order: its session, and when it was invoked or completed. */
function sends({ history }: KafkaExperiment, type: 'invoke' | 'ok'): { session: string; time: number }[] {
  return history.operations
    .filter((operation) => operation.f === 'send' && operation.type === type)
    .map(({ process, time }) => ({ session: sessionOfProcess(process)!, time }));
}

/** The sessions in the order of their first record, with its time; fails when one comes back. */
function sessions(experiment: KafkaExperiment): { session: string; time: number }[] {
  const found: { session: string; time: number }[] = [];
  for (const send of sends(experiment, 'invoke')) {
    if (found.at(-1)?.session === send.session) continue;
    expect(found.map(({ session }) => session)).not.toContain(send.session);
    found.push(send);
  }
  return found;
}

describe('a producer process', () => {
  it('is one session if the workload sets no session length', () => {
    expect(sessions(producing(0)).map(({ session }) => session)).toEqual(['p1#1']);
  });

  it('is one session after another, each of half to one and a half times the set length', () => {
    const found = sessions(producing(SESSION_MILLIS));
    expect(found.length).toBeGreaterThan(8);
    expect(found.map(({ session }) => session)).toEqual(found.map((_, index) => `p1#${index + 1}`));
    const lengths = found.slice(2).map(({ time }, index) => (time - found[index + 1]!.time) / 1_000);
    // From first record to first record; records come every 5 ms on average, four times as many at once now and then.
    for (const length of lengths) expect(length).toBeGreaterThan(SESSION_MILLIS * 0.5 - 30);
    for (const length of lengths) expect(length).toBeLessThan(SESSION_MILLIS * 1.5 + 30);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(SESSION_MILLIS * 0.2);
  });

  it('finishes the records of a session after another has taken over', () => {
    const experiment = producing(SESSION_MILLIS);
    const before = sessions(experiment).length;
    experiment.world.host('b1').pause();
    run(experiment, 1.2 * SECOND);
    experiment.world.host('b1').resume();
    run(experiment, 3 * SECOND);
    const opened = sessions(experiment);
    const resumedAt = 7.2 * SECOND;
    const during = opened.filter(({ time }) => time > 6 * SECOND && time < resumedAt);
    expect(during.length).toBeGreaterThan(0);
    const done = sends(experiment, 'ok').filter(({ time }) => time >= resumedAt);
    expect(done.map(({ session }) => session)).toContain(opened[before - 1]!.session);
    for (const { session } of during) expect(done.map((send) => send.session)).toContain(session);
  });

  it('ends no session after it stops sending', () => {
    const experiment = producing(SESSION_MILLIS);
    const last = sessions(experiment).at(-1)?.session;
    experiment.world.host('b1').pause();
    experiment.beginLiveness();
    run(experiment, SECOND);
    experiment.world.host('b1').resume();
    run(experiment, 4 * SECOND);
    expect(experiment.waitingFor()).toEqual([]);
    // The record that proves that it still can send came after the session's time, and is of that session.
    expect(sends(experiment, 'invoke').at(-1)?.time).toBeGreaterThan(7 * SECOND);
    expect(sessions(experiment).at(-1)?.session).toBe(last);
  });

  it('keeps counting at the same rate when its host has restarted', () => {
    const experiment = producing(SESSION_MILLIS);
    const before = sessions(experiment).length;
    experiment.world.host('p1').crash();
    run(experiment, SECOND / 10);
    experiment.world.host('p1').start();
    run(experiment, 4 * SECOND);
    const after = sessions(experiment).slice(before);
    expect(after[0]?.session).toBe(`p1#${before + 1}`);
    expect(after.length).toBeGreaterThan(5);
    expect(after.length).toBeLessThan(15);
  });
});
