/** How the faults of a class of failure are drawn. Times are virtual microseconds from the start of a run. */
import * as fc from 'fast-check';
import { type MicrosRange, span } from '../../harness/faults/arbitrary.js';
import type { Fault } from '../../harness/faults/fault.js';
import { SLOW_PROCESSING } from '../workloads/client-actions.js';
import type { ResolvedSettings } from './audit-settings.js';

/** The topic of every audit. */
export const TOPIC = 'topic';

export interface ClassContext {
  readonly settings: ResolvedSettings;
  readonly brokers: number;
  readonly partitions: number;
  /** A consumer group processes the records. */
  readonly hasGroup: boolean;
}

export const SECOND = 1_000_000;
/**
 * Until the group has its first generation, and by auto-commit its first commits. Failures come after that: a group without
 * commits is new, and where a new group begins is a matter of `auto.offset.reset`.
 */
export const groupMicros = ({ settings, hasGroup }: ClassContext): number => {
  if (!hasGroup) return 0;
  const { server, consumer } = settings;
  const commitMillis = consumer['enable.auto.commit'] ? consumer['auto.commit.interval.ms'] + 1_000 : 0;
  return Math.min(server['group.initial.rebalance.delay.ms'] + commitMillis, FIRST_COMMIT_MILLIS_MAX) * 1_000;
};
const FIRST_COMMIT_MILLIS_MAX = 120_000;
/** The cluster is up, records flow, and the group has begun. */
const first = (context: ClassContext): MicrosRange => ({
  min: 3 * SECOND + groupMicros(context),
  max: 6 * SECOND + groupMicros(context),
});

const BRIEF: MicrosRange = { min: 50_000, max: 3 * SECOND };

/** Until a broker that is gone is fenced, and its partitions have another leader. */
export const sessionMicros = ({ settings }: ClassContext): number =>
  settings.server['broker.session.timeout.ms'] * 1_000;
/** Until a follower that does not fetch leaves the ISR. */
export const lagMicros = ({ settings }: ClassContext): number =>
  settings.server['replica.lag.time.max.ms'] * 1_000;

/** Shorter and longer than the session of a broker. */
const outage = (context: ClassContext): MicrosRange => ({
  min: 100_000,
  max: 2 * sessionMicros(context),
});
/** Long enough that the broker is fenced and out of the ISR. */
const absence = (context: ClassContext): fc.Arbitrary<number> =>
  fc.integer({ min: 2 * SECOND, max: 6 * SECOND }).map((more) => sessionMicros(context) + more);

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const within = ({ min, max }: MicrosRange): fc.Arbitrary<number> => fc.integer({ min, max });
export const leader = ({ partitions }: ClassContext): fc.Arbitrary<string> =>
  upTo(partitions - 1).map((index) => `leader of ${TOPIC}-${index}`);
const anyBroker = ({ brokers }: ClassContext): fc.Arbitrary<string> =>
  upTo(brokers - 1).map((index) => `b${index + 1}`);
/** The leader of a partition more often than a host without a role: a failure harms most there. */
export const victim = (context: ClassContext): fc.Arbitrary<string> =>
  fc.oneof(leader(context), leader(context), anyBroker(context));

export type Drawn = (context: ClassContext) => fc.Arbitrary<readonly Fault[]>;

/** One host fails, and once more when it has recovered: a second time it meets other leaders. */
export function twice(
  kind: 'crash' | 'power-loss' | 'pause',
  targets: (context: ClassContext) => fc.Arbitrary<string>,
): Drawn {
  return (context) => {
    const one = fc.record({ target: targets(context), durationMicros: span(outage(context)) });
    return fc
      .record({
        before: one,
        second: one,
        at: within(first(context)),
        gap: within({ min: 4 * SECOND, max: 8 * SECOND }),
      })
      .map(({ before, second, at, gap }): readonly Fault[] => [
        { kind, atMicros: at, ...before },
        { kind, atMicros: at + before.durationMicros + gap, ...second },
      ]);
  };
}

/** Hosts fail one after the other, the next before the one before is back. */
export function inTurn(
  kind: 'crash' | 'power-loss',
  order: (context: ClassContext) => fc.Arbitrary<readonly string[]>,
): Drawn {
  return (context) =>
    order(context).chain((targets) => {
      const lasts = fc.oneof(span(BRIEF), absence(context));
      const each = targets.map((target) =>
        fc.record({
          target: fc.constant(target),
          durationMicros: lasts,
          // At once, or one when the controller has fenced the one before.
          later: fc.oneof(span({ min: 1_000, max: 500_000 }), absence(context)),
        }),
      );
      return fc.tuple(within(first(context)), ...each).map(([at, ...failures]): readonly Fault[] => {
        let atMicros = at;
        const faults: Fault[] = [];
        for (const { target, later, durationMicros } of failures) {
          faults.push({ kind, atMicros, target, durationMicros });
          atMicros += later;
        }
        // The first to go stays away until the last one has gone.
        const last = faults[faults.length - 1]!;
        return faults.map((fault, index) =>
          index === faults.length - 1 || !('durationMicros' in fault)
            ? fault
            : { ...fault, durationMicros: last.atMicros - fault.atMicros + fault.durationMicros },
        );
      });
    });
}

export const shuffledBrokers = (
  { brokers }: ClassContext,
  count: number,
): fc.Arbitrary<readonly string[]> => {
  const names = Array.from({ length: brokers }, (_, index) => `b${index + 1}`);
  return fc.shuffledSubarray(names, {
    minLength: Math.min(count, brokers),
    maxLength: Math.min(count, brokers),
  });
};

/** The leader stays alone in the ISR, and then its machine loses power. */
export const lastReplica: Drawn = (context) =>
  fc
    .record({
      partition: upTo(context.partitions - 1),
      at: within(first(context)),
      alone: absence(context),
      off: span(BRIEF),
      behind: span({ min: SECOND, max: 4 * SECOND }),
    })
    .map(({ partition, at, alone, off, behind }): readonly Fault[] => {
      const away = alone + off + behind;
      const followers = Array.from(
        { length: context.brokers - 1 },
        (_, index): Fault => ({
          kind: 'crash',
          atMicros: at + index,
          // The first follower is down when the second target is resolved; its role keeps its number.
          target: `follower #${index} of ${TOPIC}-${partition}`,
          durationMicros: away,
        }),
      );
      return [
        ...followers,
        {
          kind: 'power-loss',
          atMicros: at + alone,
          target: `leader of ${TOPIC}-${partition}`,
          durationMicros: off,
        },
      ];
    });

const SCOPES = ['brokers', 'servers', 'servers', 'all'] as const;

export const cutOff: Drawn = (context) =>
  fc
    .record({
      at: within(first(context)),
      target: leader(context),
      scope: fc.constantFrom(...SCOPES),
      oneWay: fc.boolean(),
      lasts: fc.oneof(
        span(outage(context)),
        absence(context),
        within({ min: 0, max: 5 * SECOND }).map((more) => lagMicros(context) + more),
      ),
    })
    .map(({ at, target, scope, oneWay, lasts }): readonly Fault[] => [
      { kind: 'isolate', atMicros: at, target, scope, oneWay, durationMicros: lasts },
    ]);

export const diskTrouble: Drawn = (context) => {
  const where = {
    atMicros: within(first(context)),
    target: victim(context),
    durationMicros: span(outage(context)),
  };
  const lasting = fc.record({ kind: fc.constantFrom('disk-hang', 'disk-full'), ...where });
  const slow = fc.record({
    kind: fc.constant('disk-slow'),
    extraMicros: span({ min: 10_000, max: SECOND }),
    ...where,
  });
  const failing = fc.record({
    kind: fc.constant('disk-error'),
    operation: fc.constantFrom('read', 'write', 'sync'),
    count: fc.integer({ min: 1, max: 5 }),
    ...where,
  });
  return fc.oneof(lasting, slow, failing).map((fault) => [fault as Fault]);
};

export const rollingRestart: Drawn = (context) => {
  const one = fc.record({
    down: span({ min: 200_000, max: 4 * SECOND }),
    gap: within({ min: 2 * SECOND, max: 6 * SECOND }),
  });
  return fc
    .record({
      at: within(first(context)),
      order: shuffledBrokers(context, context.brokers),
      each: fc.array(one, { minLength: context.brokers, maxLength: context.brokers, size: 'max' }),
    })
    .map(({ at, order, each }): readonly Fault[] => {
      let atMicros = at;
      return order.map((target, index): Fault => {
        const fault: Fault = { kind: 'clean-restart', atMicros, target, durationMicros: each[index]!.down };
        atMicros += each[index]!.down + each[index]!.gap;
        return fault;
      });
    });
};

/** Brokers restart, so that leaders are not where they are preferred, and an operator moves them back. */
export const preferredElection: Drawn = (context) =>
  fc
    .record({
      restarts: rollingRestart(context),
      after: fc.array(within({ min: 2 * SECOND, max: 8 * SECOND }), {
        minLength: 3,
        maxLength: 3,
        size: 'max',
      }),
    })
    .map(({ restarts, after }): readonly Fault[] => {
      let atMicros = Math.max(...restarts.map((fault) => fault.atMicros)) + 4 * SECOND;
      const elections = after.flatMap((more): Fault[] => {
        atMicros += more;
        return Array.from(
          { length: context.partitions },
          (_, index): Fault => ({
            kind: 'action',
            name: 'preferred-election',
            atMicros,
            target: `${TOPIC}-${index}`,
          }),
        );
      });
      return [...restarts, ...elections];
    });

export const clientCut: Drawn = (context) => {
  const ends = {
    atMicros: within({ min: 3 * SECOND, max: 20 * SECOND }).map((at) => at + groupMicros(context)),
    target: context.hasGroup
      ? fc.constantFrom('any producer #0', 'any producer #1', 'any consumer #0', 'any consumer #1', 'readers')
      : fc.constantFrom('any producer #0', 'any producer #1', 'consumers'),
    peer: victim(context),
  };
  const cut = fc
    .record({ ...ends, oneWay: fc.boolean(), durationMicros: span({ min: 100_000, max: 40 * SECOND }) })
    .map((drawn): Fault => ({ kind: 'cut', ...drawn }));
  // The answers are lost, and the requests arrive.
  const deaf = fc.record({ ...ends, durationMicros: span({ min: SECOND, max: 40 * SECOND }) }).map(
    ({ target, peer, ...drawn }): Fault => ({
      kind: 'cut',
      target: peer,
      peer: target,
      oneWay: true,
      ...drawn,
    }),
  );
  const reset = fc.record(ends).map((drawn): Fault => ({ kind: 'reset', ...drawn }));
  return fc.array(fc.oneof(cut, deaf, reset, reset), { minLength: 2, maxLength: 6, size: 'max' });
};

export const hostsFail =
  (kind: 'crash' | 'pause', group: 'producer' | 'consumer'): Drawn =>
  (context) =>
    fc
      .array(
        fc
          .record({
            atMicros: within({ min: 5 * SECOND, max: 15 * SECOND }).map((at) => at + groupMicros(context)),
            number: upTo(5),
            durationMicros: group === 'consumer' ? memberIsGone(context) : span(GONE),
            isBusy: fc.boolean(),
            backlogMicros: within({ min: SECOND, max: 3 * SECOND }),
            intoBacklogMicros: within({ min: 80_000, max: 280_000 }),
          })
          .map(({ number, isBusy, backlogMicros, intoBacklogMicros, ...drawn }): readonly Fault[] => {
            const target = `any ${group} #${number}`;
            const fails: Fault = { kind, target, ...drawn };
            if (group === 'producer' || !context.hasGroup || !isBusy) return [fails];
            const atMicros = drawn.atMicros - backlogMicros - intoBacklogMicros;
            return [slowly(target, atMicros, backlogMicros), fails];
          }),
        { minLength: 1, maxLength: 3, size: 'max' },
      )
      .map((failures) => failures.flat());

/** Records gather while the member works on one, so that it is then in the middle of a full poll. */
const slowly = (target: string, atMicros: number, micros: number): Fault => ({
  kind: 'action',
  name: SLOW_PROCESSING,
  atMicros,
  target,
  args: { millis: Math.ceil(micros / 1_000) },
});

const GONE: MicrosRange = { min: 100_000, max: 10 * SECOND };

/** For a moment, or until the session has ended and another member has the partitions. */
const memberIsGone = (context: ClassContext): fc.Arbitrary<number> =>
  context.hasGroup
    ? fc.oneof(
        span(GONE),
        within({ min: SECOND, max: 10 * SECOND }).map((more) => memberSessionMicros(context) + more),
      )
    : span(GONE);

/** Until the group gives the partitions of a member that is gone to others. */
export const memberSessionMicros = ({ settings, hasGroup }: ClassContext): number =>
  hasGroup ? settings.consumer['session.timeout.ms'] * 1_000 : 0;
/** Until a member that does not poll leaves the group. */
export const pollIntervalMicros = ({ settings, hasGroup }: ClassContext): number =>
  hasGroup ? settings.consumer['max.poll.interval.ms'] * 1_000 : 0;

/** Members leave the group and come back, as in a deployment: each time the partitions are assigned anew. */
export const rebalances: Drawn = (context) =>
  fc
    .array(
      fc.record({
        atMicros: within({ min: 3 * SECOND, max: 25 * SECOND }).map((at) => at + groupMicros(context)),
        number: upTo(5),
        durationMicros: span({ min: 500_000, max: 8 * SECOND }),
      }),
      { minLength: 2, maxLength: 4, size: 'max' },
    )
    .map((drawn) =>
      drawn.map(
        ({ number, ...rest }): Fault => ({
          kind: 'clean-restart',
          target: `any consumer #${number}`,
          ...rest,
        }),
      ),
    );

/** One record takes longer than the rest: for a moment, or for longer than a member may go without a poll. */
export const slowProcessing: Drawn = (context) => {
  const millis = fc.oneof(
    span({ min: 500_000, max: memberSessionMicros(context) + 5 * SECOND }),
    within({ min: SECOND, max: 10 * SECOND }).map((more) => pollIntervalMicros(context) + more),
    within({ min: SECOND, max: 10 * SECOND }).map((more) => pollIntervalMicros(context) + more),
  );
  return fc
    .record({
      atMicros: within({ min: 3 * SECOND, max: 8 * SECOND }).map((at) => at + groupMicros(context)),
      number: upTo(5),
      micros: millis,
    })
    .map(({ atMicros, number, micros }): readonly Fault[] => [
      slowly(`any consumer #${number}`, atMicros, micros),
    ]);
};

export const clockSteps: Drawn = (context) => {
  const target = upTo(11).map((number) => `any host #${number}`);
  const step = fc
    .record({
      atMicros: within({ min: 2 * SECOND, max: 18 * SECOND }).map((at) => at + groupMicros(context)),
      target,
      stepMillis: fc.integer({ min: -3_600_000, max: 3_600_000 }),
    })
    .map((drawn): Fault => ({ kind: 'clock-step', ...drawn }));
  return fc.array(step, { minLength: 1, maxLength: 6, size: 'max' });
};

/** Within two seconds, as in a failure of a room. */
export function allLosePower(): Drawn {
  return (context) =>
    fc
      .record({
        at: within({ min: 4 * SECOND, max: 12 * SECOND }).map((at) => at + groupMicros(context)),
        order: shuffledBrokers(context, context.brokers),
        skews: fc.array(fc.oneof(fc.constant(0), span({ min: 1_000, max: 2 * SECOND })), {
          minLength: context.brokers,
          maxLength: context.brokers,
          size: 'max',
        }),
        lasts: fc.array(span({ min: 200_000, max: 5 * SECOND }), {
          minLength: context.brokers,
          maxLength: context.brokers,
          size: 'max',
        }),
      })
      .map(({ at, order, skews, lasts }): readonly Fault[] =>
        order.map(
          (target, index): Fault => ({
            kind: 'power-loss',
            target,
            atMicros: at + skews[index]!,
            durationMicros: 2 * SECOND + lasts[index]!,
          }),
        ),
      );
}
