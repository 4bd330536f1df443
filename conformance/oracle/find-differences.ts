/** Runs many drawn scripts against both clusters and sorts what differs into kinds. */
import fc from 'fast-check';
import type { SchemaName } from '../../broker/protocol/apis/schemas.js';
import type { Cluster } from '../cluster.js';
import { NotInTime } from '../wire/await-cluster.js';
import { type Difference, differences } from './compare.js';
import { arbitraryScript } from './generate.js';
import { unexplained } from './known-differences.js';
import { runScript } from './run-script.js';
import type { Script, StepAnswer } from './script.js';

export interface Pair {
  readonly kafka: Cluster;
  readonly ours: Cluster;
}

export interface Comparison {
  readonly script: Script;
  readonly kafka: readonly StepAnswer[];
  readonly ours: readonly StepAnswer[];
  readonly differences: readonly Difference[];
}

export interface FoundKind {
  readonly kind: string;
  readonly first: Comparison;
  /** The step of that script which differs. */
  readonly step: number;
  count: number;
}

export interface SearchOptions {
  readonly scripts: number;
  readonly seed: number;
  readonly apis: readonly SchemaName[];
  /** How many scripts run at once. Scripts share no topic. */
  readonly concurrency: number;
  readonly onProgress: (done: number, kinds: number) => void;
}

export interface SearchResult {
  readonly scripts: number;
  readonly steps: number;
  /** Scripts after a step of which a cluster did not come to rest: their answers say nothing. */
  readonly unsettled: number;
  readonly kinds: readonly FoundKind[];
}

/** A part of the names that differs between two runs of the program against one cluster. */
const start = Date.now().toString(36).slice(-5);
let runs = 0;

/** A name that no other run on these clusters has. It keeps its length, so that limits of sizes are met alike. */
function nextRunName(): string {
  runs += 1;
  return runNameOf(start, runs);
}

export const runNameOf = (part: string, number: number): string =>
  `x${part}${String(number).padStart(6, '0')}-`;

async function compareOnce(pair: Pair, script: Script): Promise<Comparison> {
  const runName = nextRunName();
  const [kafka, ours] = await Promise.all([
    runScript(pair.kafka, script, runName),
    runScript(pair.ours, script, runName),
  ]);
  return { script, kafka, ours, differences: differences(script, kafka, ours) };
}

export async function findDifferences(pair: Pair, options: SearchOptions): Promise<SearchResult> {
  const scripts = fc.sample(arbitraryScript(options.apis), { seed: options.seed, numRuns: options.scripts });
  const kinds = new Map<string, FoundKind>();
  let unsettled = 0;
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < scripts.length; index = next++) {
      const comparison = await attempt(pair, scripts[index]!);
      if (comparison === null) unsettled += 1;
      else
        for (const difference of firstUnexplained(comparison.differences))
          note(kinds, comparison, difference);
      done += 1;
      options.onProgress(done, kinds.size);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  const steps = scripts.reduce((sum, script) => sum + script.steps.length, 0);
  return { scripts: scripts.length, steps, unsettled, kinds: [...kinds.values()] };
}

/** Begins with each element in order, with so many at once. */
export async function concurrently<T>(
  count: number,
  elements: readonly T[],
  work: (element: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const workThrough = async (): Promise<void> => {
    for (let index = next++; index < elements.length; index = next++) await work(elements[index]!);
  };
  await Promise.all(Array.from({ length: count }, workThrough));
}

/** Those of the first step that differs without an explanation: what follows is another state. */
function firstUnexplained(found: readonly Difference[]): readonly Difference[] {
  const left = unexplained(found);
  return left.filter(({ step }) => step === left[0]?.step);
}

export async function attempt(pair: Pair, script: Script): Promise<Comparison | null> {
  try {
    const comparison = await compareOnce(pair, script);
    return isRepeated(comparison.kafka[0]) || isRepeated(comparison.ours[0]) ? null : comparison;
  } catch (error) {
    if (error instanceof NotInTime) return null;
    throw error;
  }
}

/** A cluster that is slow to create the topics of a run is asked again by its own broker, and says that they exist. */
const isRepeated = (first: StepAnswer | undefined): boolean =>
  first !== undefined && JSON.stringify(first).includes('"TOPIC_ALREADY_EXISTS"');

function note(kinds: Map<string, FoundKind>, comparison: Comparison, { kind, step }: Difference): void {
  const known = kinds.get(kind);
  if (known === undefined) kinds.set(kind, { kind, first: comparison, step, count: 1 });
  else known.count += 1;
}
