/** The differences between two answers, field by field, and what kind of difference each is. */
import type { Json, Script, StepAnswer } from './script.js';

export interface Difference {
  /** The index of the step. */
  readonly step: number;
  /** `responses.0.partitionResponses.0.errorCode`; empty: the answer as a whole. */
  readonly path: string;
  readonly kafka: Json | undefined;
  readonly ours: Json | undefined;
  /** Equal for differences of one kind: API, path without indexes, values without numbers. */
  readonly kind: string;
}

export function differences(
  script: Script,
  kafka: readonly StepAnswer[],
  ours: readonly StepAnswer[],
): readonly Difference[] {
  return script.steps.flatMap((step, index) => {
    const found: Pick<Difference, 'path' | 'kafka' | 'ours'>[] = [];
    collect(contentOf(kafka[index]), contentOf(ours[index]), '', found);
    return found.map((each) => ({ ...each, step: index, kind: kindOf(step.api, each) }));
  });
}

function contentOf(answer: StepAnswer | undefined): Json | undefined {
  if (answer === undefined) return undefined;
  return 'body' in answer ? answer.body : answer.outcome;
}

type JsonObject = { readonly [name: string]: Json };
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collect(
  kafka: Json | undefined,
  ours: Json | undefined,
  path: string,
  found: Pick<Difference, 'path' | 'kafka' | 'ours'>[],
): void {
  if (Array.isArray(kafka) && Array.isArray(ours)) {
    const names = keyedBy(kafka, ours);
    if (names !== null) {
      for (const name of names.all)
        collect(names.kafka.get(name), names.ours.get(name), `${path}.${name}`, found);
      return;
    }
    if (kafka.length !== ours.length) {
      found.push({ path: `${path}.length`, kafka, ours });
      return;
    }
    for (const [index, each] of kafka.entries()) collect(each, ours[index], `${path}.${index}`, found);
  } else if (isObject(kafka) && isObject(ours)) {
    const names = new Set([...Object.keys(kafka), ...Object.keys(ours)]);
    for (const name of names) collect(kafka[name], ours[name], `${path}.${name}`, found);
  } else if (JSON.stringify(kafka) !== JSON.stringify(ours)) {
    found.push({ path, kafka, ours });
  }
}

/** Lists of settings and of APIs are compared by name: one that lacks an element has one difference, not a different length. A setting that differs is named. */
const LISTED_BY = ['apiKey', 'name'];

interface Keyed {
  readonly kafka: ReadonlyMap<string, Json>;
  readonly ours: ReadonlyMap<string, Json>;
  readonly all: ReadonlySet<string>;
}

function keyedBy(kafka: readonly Json[], ours: readonly Json[]): Keyed | null {
  const key = LISTED_BY.find((name) => [...kafka, ...ours].every((each) => isObject(each) && name in each));
  if (key === undefined || (kafka.length === ours.length && !isSettings(kafka))) return null;
  const index = (elements: readonly Json[]): Map<string, Json> =>
    new Map(elements.map((each) => [`${key}=${isObject(each) ? each[key] : ''}`, each]));
  const keyed = { kafka: index(kafka), ours: index(ours) };
  // Two elements under one name cannot be told apart.
  if (keyed.kafka.size < kafka.length || keyed.ours.size < ours.length) return null;
  return { ...keyed, all: new Set([...keyed.kafka.keys(), ...keyed.ours.keys()]) };
}

const isSettings = (elements: readonly Json[]): boolean =>
  elements.every((each) => isObject(each) && 'configSource' in each);

function kindOf(api: string, { path, kafka, ours }: Pick<Difference, 'path' | 'kafka' | 'ours'>): string {
  const place = path.replace(/\.\d+/g, '[]').replace(/^\./, '');
  return `${api} ${place}: ${shortened(kafka)} / ${shortened(ours)}`;
}

/** A value without what changes from script to script. */
function shortened(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'number') return value < 0 ? String(value) : 'n';
  if (typeof value === 'string')
    return value
      .replace(/\{[^}]*\}/g, '{}')
      .replace(/\d+/g, 'n')
      .slice(0, 120);
  if (Array.isArray(value)) return `${value.length} elements`;
  return isObject(value) ? 'a struct' : String(value);
}
