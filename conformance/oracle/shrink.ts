/** Makes a script smaller while a difference of the same kind stays: fewer steps, then fewer fields and elements of each body. */
import type { Json, Script, Step } from './script.js';

type Shows = (script: Script) => Promise<boolean>;

/** Attempts are requests to two clusters; more of them no longer pay. */
const ATTEMPTS_MAX = 100;

export async function shrinkScript(script: Script, shows: Shows): Promise<Script> {
  let best = script;
  let attempts = 0;
  for (let hasImproved = true; hasImproved && attempts < ATTEMPTS_MAX; ) {
    hasImproved = false;
    for (const candidate of smaller(best)) {
      attempts += 1;
      if (attempts > ATTEMPTS_MAX) break;
      if (await shows(candidate)) {
        best = candidate;
        hasImproved = true;
        break;
      }
    }
  }
  return best;
}

function* smaller(script: Script): Generator<Script> {
  const { steps } = script;
  for (let index = steps.length - 1; index >= 0 && steps.length > 1; index -= 1) {
    yield { steps: steps.filter((_step, other) => other !== index) };
  }
  for (const [index, step] of steps.entries()) {
    for (const body of smallerObjects(step.body)) yield replaced(script, index, { ...step, body });
    const { damage, ...rest } = step;
    if (damage !== undefined) yield replaced(script, index, rest);
  }
}

function replaced({ steps }: Script, index: number, step: Step): Script {
  return { steps: steps.map((each, other) => (other === index ? step : each)) };
}

type JsonObject = { readonly [name: string]: Json };

function* smallerObjects(body: JsonObject): Generator<JsonObject> {
  // What `$` names is complete only with its own fields.
  for (const name of Object.keys(body)) {
    if (name === '$' || name === 'records' || name === 'list' || (name === 'index' && '$' in body)) continue;
    const { [name]: _dropped, ...rest } = body;
    yield rest;
  }
  for (const [name, value] of Object.entries(body)) {
    for (const each of smallerValues(value)) yield { ...body, [name]: each };
  }
}

function* smallerValues(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!isArray(value)) {
    yield* smallerObjects(value);
    return;
  }
  for (let index = 0; index < value.length; index += 1) {
    yield value.filter((_each, other) => other !== index);
  }
  for (const [index, each] of value.entries()) {
    for (const candidate of smallerValues(each)) {
      yield value.map((other, position) => (position === index ? candidate : other));
    }
  }
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
