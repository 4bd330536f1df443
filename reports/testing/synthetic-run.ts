/**
 * A made-up run that tells the story of `acks=1` and a leader crash, in the documents a real run leaves behind. It is
 * plausible, not simulated: its figures are drawn from a small generator so that the same options give the same run.
 *
 * The story on `orders-0`: b2 leads epoch 4 and acknowledges the last records alone, b2 crashes, b1 is elected with a
 * shorter log, a new record takes the offset of the lost one, b2 comes back and truncates.
 */
import type { FaultPlan } from '../../harness/faults/fault.js';
import type { Operation, OperationType } from '../../harness/history/operation.js';
import type { ReportInput } from '../report-input.js';
import type { ReportLine } from '../trace-line.js';
import { syntheticDocuments } from './synthetic-documents.js';
import { storyMicros } from './synthetic-story.js';

export interface SyntheticOptions {
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  readonly durationMicros: number;
  readonly recordsPerSecond: number;
  readonly partitions: number;
  /** Host names, first three are the brokers. */
  readonly brokers: readonly [string, string, string];
  /** Makes the value of a record from its number. */
  readonly value: (number: number) => number | string;
}

const defaultSyntheticOptions: SyntheticOptions = {
  verdict: 'invalid',
  durationMicros: 10_000_000,
  recordsPerSecond: 120,
  partitions: 3,
  brokers: ['b1', 'b2', 'b3'],
  value: (number) => number,
};

export function syntheticRun(partial: Partial<SyntheticOptions> = {}): ReportInput {
  const options = { ...defaultSyntheticOptions, ...partial };
  const cluster = new SyntheticCluster(options);
  cluster.run();
  return syntheticDocuments(options, cluster);
}

export interface SyntheticOutcome {
  readonly operations: readonly Operation[];
  readonly trace: readonly ReportLine[];
  readonly plan: FaultPlan;
  /** Acknowledged on orders-0, then lost. */
  readonly lost: readonly {
    readonly number: number;
    readonly offset: number;
    readonly ackMicros: number;
    readonly sendIndex: number;
  }[];
  /** What took the offset of the first lost record. */
  readonly replacement: { readonly number: number; readonly micros: number } | null;
}

interface Replica {
  logEndOffset: number;
  highWatermark: number;
}

interface Partition {
  readonly name: string;
  leader: number;
  leaderEpoch: number;
  isr: number[];
  readonly replicas: readonly Replica[];
  /** The record at each offset of the leader's log. */
  readonly log: number[];
}

type PendingOperation = Omit<Operation, 'index'> & { readonly order: number };

const consumers = 3;

class SyntheticCluster implements SyntheticOutcome {
  readonly #options: SyntheticOptions;
  readonly #pending: PendingOperation[] = [];
  readonly #lines: ReportLine[] = [];
  readonly #partitions: Partition[];
  readonly #positions: number[][] = [];
  readonly #lostNumbers: { number: number; offset: number; ackMicros: number }[] = [];
  #state = 12345;
  #nextRecord = 0;
  replacement: { number: number; micros: number } | null = null;
  operations: Operation[] = [];
  trace: ReportLine[] = [];
  lost: { number: number; offset: number; ackMicros: number; sendIndex: number }[] = [];

  constructor(options: SyntheticOptions) {
    this.#options = options;
    this.#partitions = Array.from({ length: options.partitions }, (_, index) => ({
      name: `orders-${index}`,
      leader: (index + 1) % 3,
      leaderEpoch: 4,
      isr: [0, 1, 2],
      replicas: [0, 1, 2].map(() => ({ logEndOffset: 0, highWatermark: 0 })),
      log: [],
    }));
    for (let consumer = 0; consumer < consumers; consumer++)
      this.#positions.push(this.#partitions.map(() => 0));
  }

  get plan(): FaultPlan {
    const [, second, third] = this.#options.brokers;
    const crash = {
      kind: 'crash',
      atMicros: storyMicros.crash,
      target: second,
      durationMicros: 4_000_000,
    } as const;
    if (this.#options.verdict === 'invalid') return { version: 1, faults: [crash] };
    return {
      version: 1,
      faults: [
        {
          kind: 'delay',
          atMicros: 1_000_000,
          target: third,
          peer: second,
          extraMicros: 30_000,
          durationMicros: 800_000,
        },
        crash,
        { kind: 'pause', atMicros: 5_000_000, target: third, durationMicros: 400_000 },
        { kind: 'disk-slow', atMicros: 6_000_000, target: third, extraMicros: 4000, durationMicros: 900_000 },
      ],
    };
  }

  run(): void {
    this.#begin();
    const gapMicros = 1_000_000 / this.#options.recordsPerSecond;
    const lastSend = this.#options.durationMicros - 1_000_000;
    let nextPoll = 60_000;
    let storyStep = 0;
    const story = [
      { at: storyMicros.crash, act: () => this.#crash() },
      { at: storyMicros.election, act: () => this.#elect() },
      { at: storyMicros.restart, act: () => this.#restart() },
      { at: storyMicros.truncation, act: () => this.#truncate() },
    ];
    for (let at = 40_000; at < lastSend; at += gapMicros) {
      const now = Math.round(at + this.#random(gapMicros / 2));
      while (storyStep < story.length && story[storyStep]!.at <= now) story[storyStep++]!.act();
      while (nextPoll < now) {
        this.#pollAll(nextPoll);
        nextPoll += 50_000;
      }
      this.#send(now);
    }
    for (let at = lastSend; at < this.#options.durationMicros; at += 50_000) this.#pollAll(at);
    this.#finish();
  }

  #begin(): void {
    const { brokers } = this.#options;
    for (const host of [...brokers, 'c1', 'p0', 'p1', 'p2', 'g0', 'g1', 'g2'])
      this.#lines.push({ t: 0, kind: 'host', host, state: 'up' });
    for (const partition of this.#partitions) this.#tracePartition(20_000, partition, false);
    for (const [id, fault] of this.plan.faults.entries()) {
      const targets = 'target' in fault ? [fault.target] : [];
      this.#lines.push({ t: fault.atMicros, kind: 'fault', id, fault, phase: 'start', targets });
      const duration = 'durationMicros' in fault ? fault.durationMicros : 0;
      this.#lines.push({ t: fault.atMicros + duration, kind: 'fault', id, fault, phase: 'end', targets });
      if (fault.kind === 'pause') {
        this.#lines.push({ t: fault.atMicros, kind: 'host', host: fault.target, state: 'paused' });
        this.#lines.push({ t: fault.atMicros + duration, kind: 'host', host: fault.target, state: 'up' });
      }
    }
  }

  #send(now: number): void {
    const number = this.#nextRecord++;
    const producer = number % 3;
    const partition = this.#partitions[number % this.#partitions.length]!;
    const value = this.#options.value(number);
    this.#record(now, `p${producer}`, 'invoke', 'send', [['send', partition.name, value]]);
    if (this.#isDown(partition.leader, now)) {
      const type = number % 5 === 0 ? 'info' : 'fail';
      const error = type === 'info' ? 'REQUEST_TIMED_OUT' : 'NOT_LEADER_OR_FOLLOWER';
      this.#record(
        now + 90_000 + this.#random(30_000),
        `p${producer}`,
        type,
        'send',
        [['send', partition.name, [null, value]]],
        error,
      );
      return;
    }
    const offset = partition.log.length;
    partition.log.push(number);
    const ackMicros = now + 1800 + this.#random(2500);
    const alone =
      this.#options.verdict === 'invalid' &&
      partition.name === 'orders-0' &&
      partition.leader === 1 &&
      now > storyMicros.crash - 60_000;
    this.#replicate(partition, now, offset, alone);
    this.#record(ackMicros, `p${producer}`, 'ok', 'send', [['send', partition.name, [offset, value]]]);
    if (alone) this.#lostNumbers.push({ number, offset, ackMicros });
    const first = this.#lostNumbers[0];
    if (
      first !== undefined &&
      !alone &&
      this.replacement === null &&
      partition.name === 'orders-0' &&
      offset === first.offset
    ) {
      this.replacement = { number, micros: ackMicros };
    }
  }

  #replicate(partition: Partition, now: number, offset: number, alone: boolean): void {
    const leader = partition.replicas[partition.leader]!;
    leader.logEndOffset = offset + 1;
    this.#traceLog(now + 900, partition, partition.leader);
    if (alone) return;
    for (const host of partition.isr) {
      if (host === partition.leader) continue;
      partition.replicas[host]!.logEndOffset = offset + 1;
      partition.replicas[host]!.highWatermark = leader.highWatermark;
      this.#traceLog(now + 1500 + this.#random(900), partition, host);
    }
    leader.highWatermark = offset + 1;
    this.#traceLog(now + 2600, partition, partition.leader);
  }

  #pollAll(at: number): void {
    for (let consumer = 0; consumer < consumers; consumer++) {
      const now = Math.round(at + consumer * 7000);
      this.#record(now, `g${consumer}`, 'invoke', 'poll', [['poll']]);
      const found: Record<string, [number, number | string][]> = {};
      for (const [index, partition] of this.#partitions.entries()) {
        const position = this.#positions[consumer]![index]!;
        const end = partition.replicas[partition.leader]!.highWatermark;
        if (this.#isDown(partition.leader, now) || end <= position) continue;
        found[partition.name] = partition.log
          .slice(position, end)
          .map((number, delta) => [position + delta, this.#options.value(number)]);
        this.#positions[consumer]![index] = end;
      }
      this.#record(now + 3000 + this.#random(2000), `g${consumer}`, 'ok', 'poll', [['poll', found]]);
    }
  }

  #crash(): void {
    this.#lines.push({ t: storyMicros.crash, kind: 'host', host: this.#options.brokers[1], state: 'down' });
  }

  #elect(): void {
    for (const partition of this.#partitions) {
      partition.isr = partition.isr.filter((host) => host !== 1);
      if (partition.leader === 1) {
        partition.leader = 0;
        partition.leaderEpoch++;
        partition.log.length = partition.replicas[0]!.logEndOffset;
      }
      this.#tracePartition(storyMicros.election, partition, false);
    }
  }

  #restart(): void {
    this.#lines.push({ t: storyMicros.restart, kind: 'host', host: this.#options.brokers[1], state: 'up' });
  }

  #truncate(): void {
    for (const partition of this.#partitions) {
      const replica = partition.replicas[1]!;
      const leader = partition.replicas[partition.leader]!;
      const lost = partition.name === 'orders-0' ? this.#lostNumbers : [];
      if (lost.length > 0) {
        const to = lost[0]!.offset;
        this.#lines.push({
          t: storyMicros.truncation,
          kind: 'truncated',
          partition: partition.name,
          host: this.#options.brokers[1],
          from: replica.logEndOffset,
          to,
          reason: 'diverged from leader epoch 5',
        });
        this.#lines.push({
          t: storyMicros.truncation,
          kind: 'mark',
          name: 'follower truncated after election',
          host: this.#options.brokers[1],
        });
      }
      replica.logEndOffset = leader.logEndOffset;
      replica.highWatermark = leader.highWatermark;
      this.#traceLog(storyMicros.truncation + 20_000, partition, 1);
      partition.isr = [0, 1, 2];
      this.#tracePartition(storyMicros.truncation + 60_000, partition, false);
    }
  }

  #isDown(broker: number, now: number): boolean {
    return broker === 1 && now >= storyMicros.crash && now < storyMicros.restart;
  }

  #traceLog(t: number, partition: Partition, host: number): void {
    const { logEndOffset, highWatermark } = partition.replicas[host]!;
    this.#lines.push({
      t,
      kind: 'log',
      partition: partition.name,
      host: this.#options.brokers[host]!,
      logEndOffset,
      highWatermark,
    });
  }

  #tracePartition(t: number, partition: Partition, unclean: boolean): void {
    const { brokers } = this.#options;
    this.#lines.push({
      t,
      kind: 'partition',
      partition: partition.name,
      leader: brokers[partition.leader]!,
      leaderEpoch: partition.leaderEpoch,
      isr: partition.isr.map((host) => brokers[host]!),
      replicas: [...brokers],
      unclean,
    });
  }

  #record(
    time: number,
    process: string,
    type: OperationType,
    f: string,
    value: unknown,
    error?: string,
  ): void {
    const order = this.#pending.length;
    this.#pending.push({ time, process, type, f, value, order, ...(error === undefined ? {} : { error }) });
  }

  #random(below: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 4294967296) * below);
  }

  #finish(): void {
    this.#pending.sort((a, b) => a.time - b.time || a.order - b.order);
    this.operations = this.#pending.map(({ order: _order, ...operation }, index) => ({
      index,
      ...operation,
    }));
    this.trace = this.#lines
      .map((line, order) => ({ line, order }))
      .sort((a, b) => a.line.t - b.line.t || a.order - b.order)
      .map(({ line }) => line);
    this.lost = this.#lostNumbers.map((lost) => ({
      ...lost,
      sendIndex: this.#indexOfAck(lost.ackMicros, lost.number),
    }));
  }

  #indexOfAck(ackMicros: number, number: number): number {
    const value = JSON.stringify(this.#options.value(number));
    return this.operations.findIndex(
      ({ time, type, f, value: asked }) =>
        time === ackMicros && type === 'ok' && f === 'send' && JSON.stringify(asked).includes(value),
    );
  }
}
