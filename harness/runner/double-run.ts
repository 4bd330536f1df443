/**
 * Two runs of one seed must fire the same events. When they do not, this says where they part: the first event that
 * differs, both sides of it, and the stacks that scheduled them.
 *
 * The search records a word per step of the first run, compares the second as it goes, and runs both once more for
 * the stacks. What makes runs differ may make these differ elsewhere again; then the stacks are left out.
 */
import type { FiredEvent } from '../kernel/trace.js';
import { executeRun, type RunOptions } from './execute-run.js';
import type { RunOnlooker, Scenario } from './experiment.js';

export interface Divergence {
  /** Counts events, notes and marks from 0. */
  readonly step: number;
  readonly first: DivergentStep | null;
  readonly second: DivergentStep | null;
}

/** Null in `Divergence`: that run was over before. */
export interface DivergentStep {
  readonly words: string;
  readonly timeMicros: number;
  readonly stack: string | null;
}

/** Null when both runs are the same. */
export function findDivergence(scenario: Scenario, options: RunOptions): Divergence | null {
  const recorded = new StepRecorder();
  executeRun(scenario, { ...options, trace: false, onlooker: recorded });
  const compared = new StepComparer(recorded.steps);
  executeRun(scenario, { ...options, trace: false, onlooker: compared });
  const step = compared.divergentStep();
  if (step === null) return null;
  return { step, first: observe(scenario, options, step), second: observe(scenario, options, step) };
}

export function describeDivergence(divergence: Divergence): string {
  const side = (name: string, step: DivergentStep | null): string => {
    if (step === null) return `${name}: was over`;
    const at = `${name}: at ${(step.timeMicros / 1e6).toFixed(6)} s ${step.words}`;
    return step.stack === null ? at : `${at}\n${step.stack}`;
  };
  return [
    `two runs of one seed differ from step ${divergence.step} on`,
    side('first run', divergence.first),
    side('second run', divergence.second),
  ].join('\n');
}

function observe(scenario: Scenario, options: RunOptions, step: number): DivergentStep | null {
  const look = new StepObserver(step, null);
  executeRun(scenario, { ...options, trace: false, onlooker: look });
  if (look.seen === null || look.sequence === null) return look.seen;
  const again = new StepObserver(step, look.sequence);
  executeRun(scenario, { ...options, trace: false, onlooker: again });
  const stack = again.seen?.words === look.seen.words ? again.scheduledAt : null;
  return { ...look.seen, stack };
}

/** One text per step: what the digest sees of it, readable. */
abstract class StepWatcher implements RunOnlooker {
  protected abstract step(words: string, timeMicros: number, sequence: number | null): void;

  fired(event: FiredEvent): void {
    const on = event.host === null ? 'of the world' : `on ${event.host}`;
    const label = event.label === '' ? '' : ` ${event.label}`;
    const detail = event.wordA === 0 && event.wordB === 0 ? '' : ` (${event.wordA}, ${event.wordB})`;
    this.step(`${event.kind} event${label} ${on}${detail}`, event.timeMicros, event.sequence);
  }

  noted(word: number, timeMicros: number): void {
    this.step(`note ${word}`, timeMicros, null);
  }

  marked(name: string, timeMicros: number): void {
    this.step(`mark "${name}"`, timeMicros, null);
  }
}

class StepRecorder extends StepWatcher {
  readonly steps: string[] = [];

  protected step(words: string, timeMicros: number): void {
    this.steps.push(`${timeMicros} ${words}`);
  }
}

class StepComparer extends StepWatcher {
  readonly #expected: readonly string[];
  #index = 0;
  #divergent: number | null = null;

  constructor(expected: readonly string[]) {
    super();
    this.#expected = expected;
  }

  protected step(words: string, timeMicros: number): void {
    if (this.#divergent === null && this.#expected[this.#index] !== `${timeMicros} ${words}`) {
      this.#divergent = this.#index;
    }
    this.#index++;
  }

  /** A run that ended early parts at its end. */
  divergentStep(): number | null {
    return this.#divergent ?? (this.#index < this.#expected.length ? this.#index : null);
  }
}

class StepObserver extends StepWatcher {
  seen: DivergentStep | null = null;
  sequence: number | null = null;
  scheduledAt: string | null = null;
  readonly #wanted: number;
  readonly #stackOf: number | null;
  #index = 0;

  constructor(wanted: number, stackOf: number | null) {
    super();
    this.#wanted = wanted;
    this.#stackOf = stackOf;
  }

  wantsStack(sequence: number): boolean {
    return sequence === this.#stackOf;
  }

  stack(_sequence: number, stack: string): void {
    this.scheduledAt = stack.split('\n').slice(1).join('\n');
  }

  protected step(words: string, timeMicros: number, sequence: number | null): void {
    if (this.#index++ !== this.#wanted) return;
    this.seen = { words, timeMicros, stack: null };
    this.sequence = sequence;
  }
}
