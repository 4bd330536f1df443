/**
 * The reason why one operation of a cycle comes before the next, with the evidence: the first of ww, wr, process order and
 * realtime order that holds. The cycle is then named after its steps. That name may be of another level than the search that
 * found it: when a reader began after the writer ended and also read its value, the step is wr and not realtime.
 */

import type { CheckInput } from './check-input.js';
import type { CycleName } from './cycle-levels.js';
import type { DependencyOptions } from './dependency-graph.js';
import type { Evidence } from './finding.js';
import { microOperationName, visitMicroOperations } from './micro-operations.js';
import type { KeyGroups } from './queue-index.js';

export interface ExplainedCycle {
  readonly name: CycleName;
  readonly evidence: Evidence;
  readonly stepCount: number;
}

export function explainCycle(
  input: CheckInput,
  options: DependencyOptions,
  cycle: readonly number[],
): ExplainedCycle {
  const steps = cycle.map((from, at) => explainStep(input, options, from, cycle[(at + 1) % cycle.length]!));
  const has = (type: string): boolean => steps.some((step) => step.type === type);
  const base = has('wr') ? 'G1c' : 'G0';
  const name: CycleName = has('realtime') ? `${base}-realtime` : has('process') ? `${base}-process` : base;
  const operations = [...cycle, cycle[0]!].map((id) => input.operation(id));
  return { name, stepCount: steps.length, evidence: { type: name, cycle: operations, steps } };
}

function explainStep(input: CheckInput, options: DependencyOptions, from: number, to: number): Evidence {
  const step =
    (options.wwDependencies ? explainWrite(input, from, to) : null) ??
    explainRead(input, from, to) ??
    (options.processOrder ? explainProcess(input, from, to) : null) ??
    explainRealtime(input, from, to);
  if (step === null) throw new Error(`nothing puts operation ${from} before operation ${to}`);
  return step;
}

function explainWrite(input: CheckInput, from: number, to: number): Evidence | null {
  const { index, orders } = input;
  const { writes } = index;
  for (let entry = firstEntry(writes, to); entry < firstEntry(writes, to + 1); entry++) {
    const value = writes.value[entry]!;
    const position = orders.indexOf[value]!;
    if (position < 1) continue;
    const key = index.valueKeys[value]!;
    const previous = orders.slotValue[orders.slotStart[key]! + position - 1]!;
    if (index.writer[previous] !== from) continue;
    return {
      type: 'ww',
      key: input.key(key),
      value: input.value(previous),
      "value'": input.value(value),
      'a-mop-index': microIndex(input, from, 'send', previous),
      'b-mop-index': microIndex(input, to, 'send', value),
    };
  }
  return null;
}

function explainRead(input: CheckInput, from: number, to: number): Evidence | null {
  const { index } = input;
  const { reads } = index;
  for (let entry = firstEntry(reads, to); entry < firstEntry(reads, to + 1); entry++) {
    const value = reads.value[entry]!;
    if (index.writer[value] !== from) continue;
    return {
      type: 'wr',
      key: input.key(index.valueKeys[value]!),
      value: input.value(value),
      'a-mop-index': microIndex(input, from, 'send', value),
      'b-mop-index': microIndex(input, to, 'poll', value),
    };
  }
  return null;
}

function explainProcess({ index }: CheckInput, from: number, to: number): Evidence | null {
  if (index.processOf[from] !== index.processOf[to] || from > to) return null;
  return { type: 'process', process: index.processes[index.processOf[from]!] };
}

function explainRealtime(input: CheckInput, from: number, to: number): Evidence | null {
  const invocation = input.index.partner[to]!;
  if (invocation <= from) return null;
  return { type: 'realtime', "a'": input.operation(from), b: input.operation(invocation) };
}

function firstEntry(groups: KeyGroups, operation: number): number {
  return groups.start[groups.of[operation]!]!;
}

/** The position, in its operation, of the first micro-operation that sent or polled this value. */
function microIndex(
  input: CheckInput,
  operation: number,
  name: 'send' | 'poll',
  value: number,
): number | null {
  const key = String(input.key(input.index.valueKeys[value]!));
  const text = String(input.value(value));
  const micros = input.operation(operation)?.value;
  if (!Array.isArray(micros)) return null;
  for (let at = 0; at < micros.length; at++) {
    if (microOperationName(micros[at]) !== name) continue;
    let holds = false;
    let pollKey = '';
    visitMicroOperations([micros[at]], {
      offsetOf: () => -1,
      send: (sentKey, sent) => {
        if (String(sentKey) === key && String(sent) === text) holds = true;
      },
      pollKey: (polled) => {
        pollKey = String(polled);
      },
      pollRecord: (polled) => {
        if (pollKey === key && String(polled) === text) holds = true;
      },
      commit() {},
    });
    if (holds) return at;
  }
  return null;
}
