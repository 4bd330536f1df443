/**
 * The definitions of the anomalies, implemented literally and without regard for speed (quadratic and worse). Tests compare
 * the fast checks with it on random histories. It supports only numeric keys and values, and polls as lists of pairs.
 */

import type { Operation } from '../../../history/operation.js';
import { compareInClojureOrder } from '../clojure-order.js';

type Pair = readonly [number | null, number];
type Micro =
  | readonly ['send', number, number | Pair]
  | readonly ['poll', (readonly (readonly [number, readonly Pair[]])[])?];

const TRANSACTIONS = ['send', 'poll', 'txn'];

export function judgeNaively(history: readonly Operation[]): Readonly<Record<string, number>> {
  const oracle = new NaiveOracle(history);
  const counts = { ...oracle.countAll(), ...oracle.countCycles() };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** True for an invocation without a completion: it is the last operation of its process, or another invocation follows. */
function isUnfinished(history: readonly Operation[], at: number): boolean {
  const { type, f, process } = history[at]!;
  if (type !== 'invoke' || (f !== 'send' && f !== 'txn')) return false;
  const next = history.slice(at + 1).find((operation) => operation.process === process);
  return next === undefined || next.type === 'invoke';
}

class NaiveOracle {
  readonly history: readonly Operation[];
  readonly completions: readonly Operation[];
  /** Per completion: the position of its invocation, -1 when it has none. */
  readonly invokedAt = new Map<Operation, number>();

  constructor(history: readonly Operation[]) {
    const unfinished = history.flatMap((operation, at) => (isUnfinished(history, at) ? [operation] : []));
    const late = unfinished.map((operation) => ({ ...operation, type: 'info' as const }));
    this.history = [...history, ...late];
    this.completions = this.history.filter(({ type }) => type !== 'invoke');
    for (const [at, operation] of history.entries()) {
      const before = history.slice(0, at).findLastIndex(({ process }) => process === operation.process);
      this.invokedAt.set(operation, history[before]?.type === 'invoke' ? before : -1);
    }
    for (const [at, operation] of late.entries())
      this.invokedAt.set(operation, history.indexOf(unfinished[at]!));
  }

  reads(operation: Operation, key: number): readonly Pair[] {
    if (operation.f !== 'poll' && operation.f !== 'txn') return [];
    return micros(operation).flatMap((micro) =>
      micro[0] === 'poll' ? (micro[1] ?? []).filter(([of]) => of === key).flatMap(([, pairs]) => pairs) : [],
    );
  }

  mentions(operation: Operation, key: number): boolean {
    return micros(operation).some(
      (micro) => micro[0] === 'poll' && (micro[1] ?? []).some(([of]) => of === key),
    );
  }

  writes(operation: Operation, key: number): readonly Pair[] {
    if (operation.f !== 'send' && operation.f !== 'txn') return [];
    return micros(operation).flatMap((micro) =>
      micro[0] === 'send' && micro[1] === key
        ? [Array.isArray(micro[2]) ? (micro[2] as Pair) : ([null, micro[2] as number] as const)]
        : [],
    );
  }

  get keys(): readonly number[] {
    const all = this.history.flatMap((operation) =>
      micros(operation).flatMap((micro) =>
        micro[0] === 'send' ? [micro[1]] : (micro[1] ?? []).map(([key]) => key),
      ),
    );
    return [...new Set(all)];
  }

  wasRead(key: number, value: number): boolean {
    return this.completions.some(
      (o) => o.type === 'ok' && this.reads(o, key).some(([, read]) => read === value),
    );
  }

  writer(key: number, value: number): Operation | undefined {
    return this.completions.findLast((o) => this.writes(o, key).some(([, sent]) => sent === value));
  }

  mustHaveCommitted(operation: Operation): boolean {
    if (operation.type === 'ok') return true;
    if (operation.type !== 'info') return false;
    return this.keys.some((key) => this.writes(operation, key).some(([, value]) => this.wasRead(key, value)));
  }

  /** The offsets in order, each with all values that were seen there. */
  log(key: number): readonly (readonly [number, readonly number[]])[] {
    const seen = this.completions.flatMap((operation) => [
      ...this.reads(operation, key),
      ...(this.mustHaveCommitted(operation) ? this.writes(operation, key) : []),
    ]);
    const offsets = [...new Set(seen.flatMap(([offset]) => (offset === null ? [] : [offset])))].sort(
      (a, b) => a - b,
    );
    return offsets.map((offset) => {
      const values = new Set(seen.filter(([at]) => at === offset).map(([, value]) => value));
      return [offset, [...values].sort(compareInClojureOrder)] as const;
    });
  }

  /** The value at each index. */
  order(key: number): readonly number[] {
    return this.log(key).map(([, values]) => values[0]!);
  }

  delta(key: number, from: number | undefined, to: number | undefined): number {
    const order = this.order(key);
    const start = from === undefined ? -1 : order.lastIndexOf(from);
    const end = to === undefined ? -1 : order.lastIndexOf(to);
    return start < 0 || end < 0 ? 1 : end - start;
  }

  countAll(): Record<string, number> {
    const counts: Record<string, number> = {};
    const add = (name: string, condition = true): void => {
      if (condition) counts[name] = (counts[name] ?? 0) + 1;
    };
    for (const operation of this.completions) {
      const isOwnRead = (key: number): boolean =>
        this.writes(operation, key).some(([, sent]) =>
          this.reads(operation, key).some(([, value]) => value === sent),
        );
      add('precommitted-read', this.keys.some(isOwnRead));
    }
    for (const key of this.keys) {
      this.#countInLog(key, add);
      for (const operation of this.completions) this.#countInOperation(key, operation, add);
    }
    for (const process of new Set(this.history.map((operation) => operation.process))) {
      this.#countInProcess(process, add);
    }
    return counts;
  }

  #countInLog(key: number, add: (name: string, condition?: boolean) => void): void {
    const log = this.log(key).map(([, values]) => values);
    const values = [...new Set(log.flat())];
    for (const members of log) add('inconsistent-offsets', members.length > 1);
    for (const value of values) add('duplicate', log.filter((members) => members.includes(value)).length > 1);
    const first = (value: number): number => log.findIndex((members) => members.includes(value));
    const last = (value: number): number => log.findLastIndex((members) => members.includes(value));
    const bound = Math.max(-1, ...values.filter((value) => this.wasRead(key, value)).map(first));
    for (const value of values) {
      const writer = this.writer(key, value);
      const isDue = last(value) <= bound && writer !== undefined && this.mustHaveCommitted(writer);
      add('lost-write', isDue && !this.wasRead(key, value));
    }
    const acked = this.completions
      .flatMap((o) => (o.type === 'ok' ? this.writes(o, key) : []))
      .map(([, value]) => value);
    for (const value of new Set(acked)) add('unseen', !this.wasRead(key, value));
  }

  #countInOperation(
    key: number,
    operation: Operation,
    add: (name: string, condition?: boolean) => void,
  ): void {
    const reads = this.reads(operation, key).map(([, value]) => value);
    const writes = this.writes(operation, key).map(([, value]) => value);
    for (const value of reads) {
      const failed = this.completions.some(
        (o) => o.type === 'fail' && this.writes(o, key).some(([, v]) => v === value),
      );
      add('G1a', operation.type === 'ok' && failed);
    }
    for (const [kind, values] of [
      ['poll', reads],
      ['send', writes],
    ] as const) {
      for (let at = 1; at < values.length; at++) {
        const delta = this.delta(key, values[at - 1], values[at]);
        add(`int-${kind}-skip`, delta > 1);
        add(`int-nonmonotonic-${kind}`, delta < 1);
      }
    }
  }

  #countInProcess(process: number | string, add: (name: string, condition?: boolean) => void): void {
    const lastRead = new Map<number, number | undefined>();
    const lastSent = new Map<number, number | undefined>();
    for (const operation of this.completions.filter((o) => o.process === process)) {
      if (operation.f === 'assign' || operation.f === 'subscribe') {
        if (operation.type === 'fail') continue;
        const kept = operation.value as readonly number[];
        for (const known of [lastRead, lastSent]) {
          for (const key of [...known.keys()]) if (!kept.includes(key)) known.delete(key);
        }
        continue;
      }
      for (const key of this.keys) {
        const reads = this.reads(operation, key).map(([, value]) => value);
        if ((operation.f === 'poll' || operation.f === 'txn') && this.mentions(operation, key)) {
          const delta = lastRead.has(key) ? this.delta(key, lastRead.get(key), reads[0]) : 1;
          add('poll-skip', delta > 1);
          add('nonmonotonic-poll', delta < 1);
          if (operation.type === 'ok') lastRead.set(key, reads.at(-1));
        }
        const writes = this.writes(operation, key).map(([, value]) => value);
        if (writes.length === 0 || operation.type === 'fail') continue;
        add('nonmonotonic-send', lastSent.has(key) && this.delta(key, lastSent.get(key), writes[0]) < 1);
        lastSent.set(key, writes.at(-1));
      }
    }
  }

  /** Per level: the number of components with a cycle that no cycle of an earlier level implies. */
  countCycles(): Record<string, number> {
    const operations = this.completions.filter(({ f }) => TRANSACTIONS.includes(f));
    const [ww, wr, realtime] = [this.#ww(), this.#wr(), this.#realtime()];
    const levels = [
      ['PL-1-cycle-exists', [ww]],
      ['PL-2-cycle-exists', [ww, wr]],
      ['strong-PL-1-cycle-exists', [ww, realtime]],
      ['strong-PL-2-cycle-exists', [ww, wr, realtime]],
    ] as const;
    const impliedBy: Readonly<Record<string, readonly string[]>> = {
      'PL-2-cycle-exists': ['PL-1-cycle-exists'],
      'strong-PL-1-cycle-exists': ['PL-1-cycle-exists'],
      'strong-PL-2-cycle-exists': ['PL-1-cycle-exists', 'PL-2-cycle-exists', 'strong-PL-1-cycle-exists'],
    };
    const reach = (relations: readonly Relation[], within: readonly Operation[]): boolean[][] =>
      close(within.map((a) => within.map((b) => a !== b && relations.some((relation) => relation(a, b)))));
    const whole = reach([ww, wr, realtime], operations);
    const counts: Record<string, number> = {};
    const done = new Set<number>();
    for (let at = 0; at < operations.length; at++) {
      if (!whole[at]![at] || done.has(at)) continue;
      const members = operations
        .map((_, other) => other)
        .filter((other) => whole[at]![other] && whole[other]![at]);
      for (const member of members) done.add(member);
      const component = members.map((member) => operations[member]!);
      const found: string[] = [];
      for (const [name, relations] of levels) {
        if (impliedBy[name]?.some((other) => found.includes(other))) continue;
        const within = reach(relations, component);
        if (!within.some((row, vertex) => row[vertex])) continue;
        found.push(name);
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    return counts;
  }

  #ww(): Relation {
    const order = new Map(this.keys.map((key) => [key, this.order(key)]));
    return (a, b) =>
      this.keys.some((key) =>
        this.writes(b, key).some(([, value]) => {
          if (this.writer(key, value) !== b) return false;
          const at = order.get(key)!.lastIndexOf(value);
          return at > 0 && this.writer(key, order.get(key)![at - 1]!) === a;
        }),
      );
  }

  #wr(): Relation {
    return (a, b) =>
      this.keys.some((key) => this.reads(b, key).some(([, value]) => this.writer(key, value) === a));
  }

  #realtime(): Relation {
    const doneAt = new Map(this.history.map((operation, at) => [operation, at]));
    return (a, b) => a.type === 'ok' && doneAt.get(a)! < this.invokedAt.get(b)!;
  }
}

type Relation = (a: Operation, b: Operation) => boolean;

function micros(operation: Operation): readonly Micro[] {
  return TRANSACTIONS.includes(operation.f) ? (operation.value as readonly Micro[]) : [];
}

/** The transitive closure, by Warshall. */
function close(reach: boolean[][]): boolean[][] {
  for (let middle = 0; middle < reach.length; middle++) {
    for (const row of reach) {
      if (!row[middle]) continue;
      for (let to = 0; to < row.length; to++) row[to] ||= reach[middle]![to]!;
    }
  }
  return reach;
}
