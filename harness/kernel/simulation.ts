/**
 * The deterministic event loop. Virtual time counts whole microseconds. Events run one at a time, each to completion, in the
 * total order (dueAt, order of scheduling). Every event is mixed into a running digest, so two runs with the same digest
 * were the same run.
 */
import type { RandomStream, TimerHandle } from '../env.js';
import { hashText, RunningDigest } from './digest.js';
import { EventQueue } from './event-queue.js';
import { enterSimulation, installGuard, leaveSimulation } from './guard.js';
import { HarnessBug, insist } from './harness-bug.js';
import { Host, PAUSED, UP } from './host.js';
import {
  CANCELLED,
  DEFERRED,
  type EventReceiver,
  eventKinds,
  HOST_EVENT,
  KernelEvent,
  TIMER_EVENT,
  WORLD_EVENT,
} from './kernel-event.js';
import { EVENTS_AT_AN_INSTANT_MAX, Livelock } from './livelock.js';
import { SeededStream } from './random-stream.js';
import { RunMemory } from './run-memory.js';
import type { TraceSink } from './trace.js';

export interface SimulationOptions {
  readonly seed: string;
  /** Without a sink the simulation keeps only the running digest. */
  readonly trace?: TraceSink;
}

/** Digest words that mark notes and marks. No event has a host index large enough to equal one. */
const NOTE_WORD = 0x40000001;
const MARK_WORD = 0x40000002;

export class Simulation {
  readonly seed: string;
  readonly trace: TraceSink | null;
  /** The memory for the byte arrays of the run. */
  readonly memory = new RunMemory();
  nowMicros = 0;
  eventCount = 0;
  /** A run with more events than this is a livelock. */
  eventsMax = Number.MAX_SAFE_INTEGER;
  readonly #queue = new EventQueue();
  readonly #digest = new RunningDigest();
  readonly #hosts: Host[] = [];
  readonly #streams = new Map<string, SeededStream>();
  readonly #marks = new Map<string, number>();
  readonly #markWords = new Map<string, number>();
  #scheduledCount = 0;
  #running = false;
  /** The event count of the next livelock check. A rare check costs nothing, and its place is the same in every run. */
  #lookAt = EVENTS_AT_AN_INSTANT_MAX;
  #lookedAtMicros = -1;
  /** Events without a handle that are free for reuse. */
  readonly #pool: KernelEvent[] = [];

  constructor(options: SimulationOptions) {
    installGuard();
    this.seed = options.seed;
    this.trace = options.trace ?? null;
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  get marks(): ReadonlyMap<string, number> {
    return this.#marks;
  }

  /** The number of waiting events, without cancelled ones. */
  get pendingCount(): number {
    return this.#queue.size;
  }

  /** A host, down until it is started. */
  addHost(name: string): Host {
    insist(!this.#hosts.some((host) => host.name === name), `two hosts named ${name}`);
    const host = new Host(name, this.#hosts.length + 1, this);
    this.#hosts.push(host);
    return host;
  }

  /** The stream for `label`; the same object on every call. */
  random(label: string): RandomStream {
    let stream = this.#streams.get(label);
    if (stream === undefined) {
      stream = new SeededStream(this.seed, label);
      this.#streams.set(label, stream);
    }
    return stream;
  }

  /** An event of the world itself (nemesis, workload): never dropped, never deferred. */
  schedule(delayMicros: number, callback: () => void): TimerHandle {
    const event = new KernelEvent(this.#queue);
    event.callback = callback;
    event.kind = WORLD_EVENT;
    this.#enqueue(event, delayMicros);
    return event;
  }

  /** A timer of the program that is running on `host`. */
  scheduleOn(host: Host, delayMicros: number, callback: () => void): TimerHandle {
    const event = this.#eventOn(host, TIMER_EVENT, callback);
    this.#enqueue(event, delayMicros);
    return event;
  }

  /** Notifies the program that is running on `host`: at this instant, after all events that are already due. */
  tell(host: Host, callback: () => void): void {
    this.#enqueue(this.#eventOn(host, HOST_EVENT, callback), 0);
  }

  /** An event for `post`. The receiver returns it with `release`. */
  acquire(receiver: EventReceiver, kind: number): KernelEvent {
    const event = this.#pool.pop() ?? new KernelEvent(this.#queue);
    event.receiver = receiver;
    event.kind = kind;
    return event;
  }

  release(event: KernelEvent): void {
    event.payload = null;
    event.host = null;
    this.#pool.push(event);
  }

  post(event: KernelEvent, delayMicros: number): void {
    this.#enqueue(event, delayMicros);
  }

  /**
   * Moves the waiting timers of `host` to the instants given by the pure function `dueMicros`, but no earlier than now. A
   * timer whose instant does not change keeps its place in the order; a moved timer comes last at its new instant.
   */
  moveTimers(host: Host, dueMicros: (dueMicros: number) => number): void {
    const movedTo = (event: KernelEvent): number => Math.max(this.nowMicros, dueMicros(event.dueMicros));
    const moves = (event: KernelEvent): boolean =>
      event.kind === TIMER_EVENT && event.host === host && movedTo(event) !== event.dueMicros;
    for (const event of this.#queue.extract(moves)) {
      event.dueMicros = movedTo(event);
      this.#queue.insert(event);
    }
  }

  /** Fires every event due by `timeMicros`, and ends at virtual time `timeMicros`. @throws Livelock */
  runUntil(timeMicros: number): void {
    insist(Number.isSafeInteger(timeMicros), `runUntil(${timeMicros}): not a whole number of microseconds`);
    insist(
      timeMicros >= this.nowMicros,
      `runUntil(${timeMicros}): virtual time is already ${this.nowMicros}`,
    );
    this.#enter();
    try {
      const queue = this.#queue;
      for (let event = queue.pop(timeMicros); event !== null; event = queue.pop(timeMicros)) {
        this.#fire(event);
      }
      this.nowMicros = timeMicros;
    } finally {
      this.#leave();
    }
  }

  /** Fires the next event. Returns false when no event waits. */
  step(): boolean {
    this.#enter();
    try {
      const event = this.#queue.pop(Number.MAX_SAFE_INTEGER);
      if (event === null) {
        return false;
      }
      this.#fire(event);
      return true;
    } finally {
      this.#leave();
    }
  }

  /** The digest of every fired event, note and mark, in sixteen hexadecimal digits. */
  digest(): string {
    return this.#digest.toString();
  }

  /** Mixes an integer into the digest, for example for an operation or an observation. */
  note(word: number): void {
    this.#digest.mix(this.nowMicros, NOTE_WORD, word, 0);
    this.trace?.noted?.(word, this.nowMicros);
  }

  /** Counts a rare event by name and mixes the name into the digest. */
  mark(name: string): void {
    this.#marks.set(name, (this.#marks.get(name) ?? 0) + 1);
    let word = this.#markWords.get(name);
    if (word === undefined) {
      word = hashText(name);
      this.#markWords.set(name, word);
    }
    this.#digest.mix(this.nowMicros, MARK_WORD, word, 0);
    this.trace?.marked?.(name, this.nowMicros);
  }

  /** Called by hosts on resume. */
  requeue(events: readonly KernelEvent[]): void {
    for (let index = events.length - 1; index >= 0; index--) {
      const event = events[index] as KernelEvent;
      if (event.slot !== CANCELLED) {
        event.dueMicros = this.nowMicros;
        this.#queue.insertFirst(event);
      }
    }
  }

  /** Called by hosts when their process ends. */
  discard(events: readonly KernelEvent[]): void {
    for (const event of events) {
      if (event.receiver === null) {
        event.slot = CANCELLED;
      } else {
        // `slot` stays DEFERRED: it shows the receiver that the packet had reached the machine.
        event.receiver.miss(event);
      }
    }
  }

  #enter(): void {
    insist(!this.#running, 'a simulation was run from inside one of its own events');
    this.#running = true;
    enterSimulation();
  }

  #leave(): void {
    leaveSimulation();
    this.#running = false;
  }

  #eventOn(host: Host, kind: number, callback: () => void): KernelEvent {
    const event = new KernelEvent(this.#queue);
    event.callback = callback;
    event.host = host;
    event.generation = host.generation;
    event.kind = kind;
    return event;
  }

  #enqueue(event: KernelEvent, delayMicros: number): void {
    const dueMicros = this.nowMicros + delayMicros;
    if (!(delayMicros >= 0 && Number.isSafeInteger(dueMicros))) {
      throw new HarnessBug(`a delay of ${delayMicros} µs: not a whole number ≥ 0`);
    }
    event.dueMicros = dueMicros;
    event.sequence = this.#scheduledCount++;
    this.#queue.insert(event);
    if (this.trace !== null) {
      this.#keepStack(event.sequence, this.trace);
    }
  }

  #fire(event: KernelEvent): void {
    this.nowMicros = event.dueMicros;
    const host = event.host;
    let hostIndex = 0;
    if (host !== null) {
      if (host.phase !== UP || host.generation !== event.generation) {
        this.#divert(event, host);
        return;
      }
      hostIndex = host.index;
    }
    this.#digest.mix(event.dueMicros, (hostIndex << 8) | event.kind, event.wordA, event.wordB);
    if (this.trace !== null) {
      this.#report(event, host, this.trace);
    }
    if (++this.eventCount >= this.#lookAt) {
      this.#rejectLivelock(event);
    }
    const receiver = event.receiver;
    if (receiver !== null) {
      receiver.receive(event);
    } else {
      const callback = event.callback as () => void;
      event.callback = null;
      callback();
    }
    if (host !== null && host.afterEvent !== null) host.afterEvent();
  }

  #rejectLivelock(event: KernelEvent): void {
    if (this.nowMicros === this.#lookedAtMicros) {
      throw new Livelock(
        `more than ${EVENTS_AT_AN_INSTANT_MAX} events at one instant: virtual time stands still`,
        event,
      );
    }
    if (this.eventCount > this.eventsMax) {
      throw new Livelock(`more than ${this.eventsMax} events and the run has not ended`, event);
    }
    this.#lookedAtMicros = this.nowMicros;
    this.#lookAt += EVENTS_AT_AN_INSTANT_MAX;
  }

  /** Handles an event that came due on a host that is not up: it is deferred while the host is paused, else dropped. */
  #divert(event: KernelEvent, host: Host): void {
    if (host.phase === PAUSED && host.generation === event.generation) {
      event.slot = DEFERRED;
      host.deferred.push(event);
    } else {
      event.receiver?.miss(event);
    }
  }

  #report(event: KernelEvent, host: Host | null, trace: TraceSink): void {
    trace.fired({
      timeMicros: event.dueMicros,
      index: this.eventCount,
      sequence: event.sequence,
      kind: eventKinds[event.kind] ?? 'world',
      host: host === null ? null : host.name,
      wordA: event.wordA,
      wordB: event.wordB,
      label: event.label,
      sentAtMicros: event.sentAtMicros,
    });
  }

  #keepStack(sequence: number, trace: TraceSink): void {
    if (trace.wantsStack?.(sequence) === true) {
      trace.stack?.(sequence, new Error(`event ${sequence}`).stack ?? '');
    }
  }
}
