/**
 * Finds the first difference between two runs that should be identical: the first event, note or mark that differs, on
 * both sides, with the stacks at which the two events were scheduled.
 *
 * Method: two runs give two compact recordings (a few words per event) and the first index at which the recordings
 * differ. Two more runs also record stacks, but only for events scheduled near that index. The result is the first
 * difference of these second runs, because a run that depends on chance may differ elsewhere the next time. When that
 * difference lies outside the range of recorded stacks, two further runs record every stack.
 */
import { hashText } from './digest.js';
import type { FiredEvent, TraceSink } from './trace.js';

type DivergentStep =
  | (FiredEvent & {
      readonly type: 'event';
      /** The stack at which the event was scheduled; null when none was recorded. */
      readonly stack: string | null;
    })
  | { readonly type: 'note'; readonly timeMicros: number; readonly word: number }
  | { readonly type: 'mark'; readonly timeMicros: number; readonly name: string }
  /** The run ended before this step. */
  | { readonly type: 'end' };

export interface Divergence {
  /** The number of events, notes and marks before the difference, identical in both runs. */
  readonly index: number;
  readonly first: DivergentStep;
  readonly second: DivergentStep;
}

/** Builds a new simulation with this trace sink and runs it. */
export type RunWithTrace = (trace: TraceSink) => void;

/** Stacks are recorded for this many events scheduled before and after the event that differed. */
const STACK_WINDOW = 4_096;

/** Returns null when the two runs were identical. */
export function findDivergence(run: RunWithTrace): Divergence | null {
  const known = firstDifference(record(run, 0, -1), record(run, 0, -1));
  if (known === null) {
    return null;
  }
  const { sequence } = known;
  let divergence = divergenceOf(run, sequence - STACK_WINDOW, sequence + STACK_WINDOW);
  if (divergence === null || lacksStack(divergence.first) || lacksStack(divergence.second)) {
    divergence = divergenceOf(run, 0, Number.MAX_SAFE_INTEGER) ?? divergence;
  }
  return divergence ?? { index: known.index, first: known.first, second: known.second };
}

/** The difference as text for a terminal. */
export function describeDivergence(divergence: Divergence): string {
  return [
    `The runs part after ${divergence.index} steps that are the same.`,
    `first:  ${describeStep(divergence.first)}`,
    `second: ${describeStep(divergence.second)}`,
  ].join('\n');
}

function describeStep(step: DivergentStep): string {
  switch (step.type) {
    case 'event': {
      const where = step.host === null ? 'the world' : step.host;
      const label = step.label === '' ? '' : ` ${step.label}`;
      const words = `${step.kind}${label} on ${where} at ${step.timeMicros} µs (${step.wordA}, ${step.wordB})`;
      return step.stack === null ? words : `${words}, scheduled at\n${step.stack}`;
    }
    case 'note':
      return `note ${step.word} at ${step.timeMicros} µs`;
    case 'mark':
      return `mark "${step.name}" at ${step.timeMicros} µs`;
    case 'end':
      return 'the end of the run';
    default:
      return step satisfies never;
  }
}

function divergenceOf(run: RunWithTrace, fromSequence: number, toSequence: number): Divergence | null {
  const first = record(run, fromSequence, toSequence);
  const second = record(run, fromSequence, toSequence);
  const difference = firstDifference(first, second);
  return difference === null
    ? null
    : { index: difference.index, first: difference.first, second: difference.second };
}

function lacksStack(step: DivergentStep): boolean {
  return step.type === 'event' && step.stack === null;
}

function firstDifference(
  first: Recording,
  second: Recording,
): { index: number; first: DivergentStep; second: DivergentStep; sequence: number } | null {
  const index = first.firstDifference(second);
  if (index === null) {
    return null;
  }
  return {
    index,
    first: first.step(index),
    second: second.step(index),
    sequence: Math.min(first.sequenceAt(index), second.sequenceAt(index)),
  };
}

function record(run: RunWithTrace, fromSequence: number, toSequence: number): Recording {
  const recording = new Recording(fromSequence, toSequence);
  run(recording);
  return recording;
}

/**
 * The words of one step: the time, the hash of kind, host and label, the event's two digest words, and the sequence number,
 * which is not compared.
 */
const WORDS_PER_STEP = 5;
const NOTE = -1;
const MARK = -2;

class Recording implements TraceSink {
  readonly #fromSequence: number;
  readonly #toSequence: number;
  #words = new Float64Array(WORDS_PER_STEP * 4_096);
  #count = 0;
  /** Kind, host and label by their hash: a step is described from these. */
  readonly #texts = new Map<
    number,
    { readonly kind: FiredEvent['kind']; readonly host: string | null; readonly label: string }
  >();
  readonly #textWords = new Map<string, number>();
  readonly #marks = new Map<number, string>();
  readonly #stacks = new Map<number, string>();

  constructor(fromSequence: number, toSequence: number) {
    this.#fromSequence = fromSequence;
    this.#toSequence = toSequence;
  }

  fired(event: FiredEvent): void {
    const key = `${event.kind}\u0000${event.host ?? ''}\u0000${event.label}`;
    let word = this.#textWords.get(key);
    if (word === undefined) {
      word = hashText(key) >>> 0;
      this.#textWords.set(key, word);
      this.#texts.set(word, { kind: event.kind, host: event.host, label: event.label });
    }
    this.#push(event.timeMicros, word, event.wordA, event.wordB, event.sequence);
  }

  noted(word: number, timeMicros: number): void {
    this.#push(timeMicros, NOTE, word, 0, -1);
  }

  marked(name: string, timeMicros: number): void {
    const word = hashText(name);
    this.#marks.set(word, name);
    this.#push(timeMicros, MARK, word, 0, -1);
  }

  wantsStack(sequence: number): boolean {
    return sequence >= this.#fromSequence && sequence <= this.#toSequence;
  }

  stack(sequence: number, stack: string): void {
    this.#stacks.set(sequence, stack);
  }

  /** The index of the first step that differs. The end of the shorter recording is a difference too. */
  firstDifference(other: Recording): number | null {
    const shared = Math.min(this.#count, other.#count);
    for (let index = 0; index < shared; index++) {
      const at = index * WORDS_PER_STEP;
      for (let word = 0; word < WORDS_PER_STEP - 1; word++) {
        if (this.#words[at + word] !== other.#words[at + word]) {
          return index;
        }
      }
    }
    return this.#count === other.#count ? null : shared;
  }

  /** The sequence number of the event at `index`, or of the last event before it. */
  sequenceAt(index: number): number {
    for (let at = Math.min(index, this.#count - 1); at >= 0; at--) {
      const sequence = this.#words[at * WORDS_PER_STEP + 4] as number;
      if (sequence >= 0) {
        return sequence;
      }
    }
    return 0;
  }

  step(index: number): DivergentStep {
    if (index >= this.#count) {
      return { type: 'end' };
    }
    const at = index * WORDS_PER_STEP;
    const [timeMicros, what, wordA, wordB, sequence] = [...this.#words.subarray(at, at + WORDS_PER_STEP)] as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (what === NOTE) {
      return { type: 'note', timeMicros, word: wordA };
    }
    if (what === MARK) {
      return { type: 'mark', timeMicros, name: this.#marks.get(wordA) ?? '' };
    }
    const text = this.#texts.get(what) ?? { kind: 'world', host: null, label: '' };
    return {
      type: 'event',
      ...text,
      timeMicros,
      index,
      sequence,
      wordA,
      wordB,
      sentAtMicros: timeMicros,
      stack: this.#stacks.get(sequence) ?? null,
    };
  }

  #push(timeMicros: number, what: number, wordA: number, wordB: number, sequence: number): void {
    const at = this.#count * WORDS_PER_STEP;
    if (at + WORDS_PER_STEP > this.#words.length) {
      const grown = new Float64Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[at] = timeMicros;
    this.#words[at + 1] = what;
    this.#words[at + 2] = wordA;
    this.#words[at + 3] = wordB;
    this.#words[at + 4] = sequence;
    this.#count++;
  }
}
