import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorName } from '../../protocol/errors.js';
import type { RequestFrame } from '../../protocol/frame.js';
import { clientRules } from '../rules/index.js';
import { ProduceRun, SECOND } from '../testing/produce-run.js';
import type { Step } from '../testing/scripted-cluster.js';

const pipelined = { 'batch.size': '0', 'retry.backoff.ms': '20', 'retry.backoff.max.ms': '20' };

describe('an idempotent producer', () => {
  it('counts DUPLICATE_SEQUENCE_NUMBER as success without an offset', () => {
    const run = new ProduceRun().warmUp();
    run.cluster.script('Produce', { kind: 'error', error: 'DUPLICATE_SEQUENCE_NUMBER', applied: true });
    run.send('a');
    run.run(SECOND);
    expect(run.outcomes).toEqual(['a ok@-1']);
  });

  it('bumps its epoch after a fatal refusal and goes on from sequence 0 (KIP-360)', () => {
    const run = new ProduceRun({ config: pipelined }).warmUp();
    run.cluster.script('Produce', { kind: 'usual' }, { kind: 'error', error: 'INVALID_RECORD' });
    for (const value of ['a', 'b', 'c', 'd']) run.send(value);
    run.run(5 * SECOND);
    expect(run.outcomes).toEqual(['a ok@1', 'b INVALID_RECORD', 'c ok@2', 'd ok@3']);
    expect(run.log).toEqual(['a', 'c', 'd']);
    const last = run.cluster.partition('orders', 0).log.slice(-2);
    expect(last.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('bumps its epoch when the log lost what it had acknowledged', () => {
    const run = new ProduceRun().warmUp();
    run.send('a');
    run.run(SECOND);
    run.send('b');
    run.run(SECOND);
    run.cluster.partition('orders', 0).elect(1, 1);
    run.send('c');
    run.run(5 * SECOND);
    expect(run.outcomes).toEqual(['a ok@1', 'b ok@2', 'c ok@1']);
  });

  describe('with a batch of unknown outcome before a refused one (KAFKA-14034)', () => {
    const unknownThenRefused = (run: ProduceRun) => {
      run.cluster.script(
        'Produce',
        { kind: 'error', error: 'REQUEST_TIMED_OUT', applied: true },
        { kind: 'error', error: 'INVALID_RECORD' },
      );
      for (const value of ['a', 'b', 'c']) run.send(value);
      run.run(10 * SECOND);
    };

    it('appends nothing twice: the epoch is bumped when the first is known', () => {
      const run = new ProduceRun({ config: pipelined }).warmUp();
      unknownThenRefused(run);
      expect(run.log).toEqual(['a', 'c']);
      expect(run.outcomes).toEqual(['a ok@1', 'b INVALID_RECORD', 'c ok@2']);
    });

    it('appends it twice under the rule before KAFKA-14034', () => {
      const rules = { ...clientRules, mayBumpProducerEpoch: () => true };
      const run = new ProduceRun({ config: pipelined, rules }).warmUp();
      unknownThenRefused(run);
      expect(run.log).toEqual(['a', 'a', 'c']);
    });
  });

  it('reports a refusal only when every earlier batch is acknowledged', () => {
    const refusals: number[] = [];
    const run = new ProduceRun({
      config: pipelined,
      onRefusal: ({ baseSequence }) => refusals.push(baseSequence),
    }).warmUp();
    run.cluster.script(
      'Produce',
      { kind: 'error', error: 'NOT_ENOUGH_REPLICAS' },
      { kind: 'error', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' },
    );
    for (const value of ['a', 'b']) run.send(value);
    run.run(5 * SECOND);
    expect(run.log).toEqual(['a', 'b']);
    // The first batch was still to be sent again, and filled the gap.
    expect(refusals).toEqual([]);
    run.cluster.script('Produce', { kind: 'error', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    run.send('c');
    run.run(5 * SECOND);
    expect(run.log).toEqual(['a', 'b', 'c']);
    expect(refusals).toHaveLength(1);
  });

  it('does not let the second batch of an epoch be appended while the first is refused', () => {
    const firstRefused = (rules = clientRules) => {
      const run = new ProduceRun({ config: pipelined, rules });
      run.cluster.script('Produce', { kind: 'error', error: 'NOT_ENOUGH_REPLICAS' });
      for (const value of ['a', 'b', 'c']) run.send(value);
      return run.run(10 * SECOND).log;
    };
    expect(firstRefused()).toEqual(['a', 'b', 'c']);
    expect(firstRefused({ ...clientRules, mayPipeline: () => true })).not.toEqual(['a', 'b', 'c']);
  });

  it('overtakes under a rule that lets any batch be sent again (KAFKA-5494)', () => {
    const resent = (rules = clientRules) => {
      const run = new ProduceRun({ config: pipelined, rules }).warmUp();
      run.cluster.script('Produce', { kind: 'lose-request' });
      for (const value of ['a', 'b', 'c', 'd']) run.send(value);
      run.run(10 * SECOND);
      expect(run.log).toEqual(['a', 'b', 'c', 'd']);
      return run.cluster.seen.filter(({ request }) => request.apiName === 'Produce').map(({ at }) => at);
    };
    const oneByOne = resent();
    const together = resent({ ...clientRules, mayResendBatch: () => true });
    const gaps = (times: number[]) => times.slice(2).map((time, index) => time - (times[index + 1] ?? 0));
    expect(Math.min(...gaps(oneByOne))).toBeGreaterThan(0);
    expect(gaps(together)).toContain(0);
  });
});

/**
 * OUT_OF_ORDER_SEQUENCE_NUMBER is not among them: it proves that the leader lacks the batch, so only the broker may
 * answer it.
 */
const errors: readonly ErrorName[] = [
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'KAFKA_STORAGE_ERROR',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_RECORD',
  'MESSAGE_TOO_LARGE',
];
/** Errors that a leader may also answer after the append. */
const lateErrors = new Set<ErrorName>([
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REQUEST_TIMED_OUT',
]);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ kind: 'usual' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'lose-response' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'lose-request' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'swallow' }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 3_000_000 }).map((micros): Step => ({ kind: 'slow', micros })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...errors), fc.boolean())
      .map(([error, applied]): Step => ({ kind: 'error', error, applied: applied && lateErrors.has(error) })),
  },
);

interface Plan {
  readonly steps: readonly Step[];
  readonly sends: readonly { readonly partition: number; readonly pauseMs: number }[];
  readonly elections: readonly {
    readonly atMs: number;
    readonly partition: number;
    readonly leader: number;
  }[];
}

const anyPlan: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(anyStep, { maxLength: 40 }),
  sends: fc.array(fc.record({ partition: fc.nat(1), pauseMs: fc.nat(30) }), { minLength: 1, maxLength: 40 }),
  elections: fc.array(
    fc.record({ atMs: fc.nat(1500), partition: fc.nat(1), leader: fc.integer({ min: 1, max: 2 }) }),
    {
      maxLength: 4,
    },
  ),
});

function play(plan: Plan, config: Readonly<Record<string, string>>, batchSize: string): ProduceRun {
  const run = new ProduceRun({
    partitions: 2,
    config: {
      ...pipelined,
      'batch.size': batchSize,
      'request.timeout.ms': '1000',
      'delivery.timeout.ms': '4000',
      ...config,
    },
  });
  const steps = [...plan.steps];
  run.cluster.chance = ({ apiName }: RequestFrame) =>
    apiName === 'Produce' ? (steps.shift() ?? { kind: 'usual' }) : { kind: 'usual' };
  for (const { atMs, partition, leader } of plan.elections) {
    run.world.at(atMs * 1_000, () => run.cluster.partition('orders', partition).elect(leader));
  }
  plan.sends.forEach(({ partition, pauseMs }, index) => {
    run.send(`${partition}:${index}`, partition);
    run.run(pauseMs * 1_000);
  });
  run.run(60 * SECOND);
  return run;
}

describe('whatever the network and the brokers do', () => {
  it('every send is reported exactly once, in order per partition, and refusals called definite are not in the log', () => {
    fc.assert(
      fc.property(anyPlan, fc.boolean(), (plan, isIdempotent) => {
        const run = play(plan, { 'enable.idempotence': `${isIdempotent}` }, '0');
        for (const partition of [0, 1]) {
          const sent = plan.sends.flatMap((send, index) =>
            send.partition === partition ? [`${partition}:${index}`] : [],
          );
          const told = run.told.filter(({ value }) => value.startsWith(`${partition}:`));
          expect(told.map(({ value }) => value)).toEqual(sent);
          const log = new Set(run.cluster.partition('orders', partition).values());
          for (const { value, result } of told) {
            if (result.ok) expect(log.has(value)).toBe(true);
            else if (!result.ambiguous) expect(log.has(value)).toBe(false);
          }
        }
      }),
      { numRuns: 300, seed: 42 },
    );
  });

  it('an idempotent producer appends nothing twice, in order, with contiguous sequences per epoch', () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom('0', '16384'), (plan, batchSize) => {
        const run = play(plan, {}, batchSize);
        for (const partition of run.cluster.partitions) {
          const order = partition.values().map((value) => Number(value.split(':')[1]));
          expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
          let previous = partition.log[0];
          if (previous !== undefined) expect(previous.baseSequence).toBe(0);
          for (const batch of partition.log.slice(1)) {
            const isSameEpoch = batch.producerEpoch === previous?.producerEpoch;
            const next = (previous?.baseSequence ?? 0) + (previous?.recordsCount ?? 0);
            expect(batch.baseSequence).toBe(isSameEpoch ? next : 0);
            previous = batch;
          }
        }
      }),
      { numRuns: 300, seed: 42 },
    );
  });
});
