/**
 * The rules of a run's brokers and clients. A rule that is not Kafka's own is checked against its type: an answer
 * outside it ends the run. When answers are counted, every rule passes through a counter; otherwise Kafka's own
 * functions are used directly.
 */
import { type ClientRules, clientRules } from '../../broker/clients/rules/index.js';
import { type BrokerRules, kafkaRules } from '../../broker/rules/index.js';
import type { Answers } from './answers.js';
import { type AnswersOf, brokerRuleAnswers, clientRuleAnswers } from './rule-answers.js';

/** For each rule, the count of each answer label. A rule that was never called has no labels. */
export type RuleCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts the answers that the rules gave in one run. */
export class RuleCounter {
  readonly #counts = new Map<string, Map<string, number>>();

  constructor() {
    for (const name of [...Object.keys(brokerRuleAnswers), ...Object.keys(clientRuleAnswers)])
      this.#counts.set(name, new Map());
  }

  of(rule: string): Map<string, number> {
    const counts = this.#counts.get(rule);
    if (counts === undefined) throw new Error(`no rule ${rule}`);
    return counts;
  }

  /** Rules and labels in the order of their names. */
  counts(): RuleCounts {
    return Object.fromEntries(
      inOrder([...this.#counts]).map(([rule, labels]) => [rule, Object.fromEntries(inOrder([...labels]))]),
    );
  }
}

export function brokerRulesOf(
  given: Partial<BrokerRules> | undefined,
  counter: RuleCounter | null,
): BrokerRules {
  if (given === undefined && counter === null) return kafkaRules;
  return watched<BrokerRules>(kafkaRules, given ?? {}, brokerRuleAnswers, counter);
}

export function clientRulesOf(
  given: Partial<ClientRules> | undefined,
  counter: RuleCounter | null,
): ClientRules {
  if (given === undefined && counter === null) return clientRules;
  return watched<ClientRules>(clientRules, given ?? {}, clientRuleAnswers, counter);
}

type AnyRule = (...inputs: never[]) => unknown;

function watched<Rules extends { readonly [K in keyof Rules]: AnyRule }>(
  own: Rules,
  given: Partial<Rules>,
  answers: AnswersOf<Rules>,
  counter: RuleCounter | null,
): Rules {
  const rules = { ...own, ...given };
  for (const name in own) {
    if (counter === null && !Object.hasOwn(given, name)) continue;
    rules[name] = checked(name, rules[name], answers[name], counter?.of(name) ?? null);
  }
  return rules;
}

function checked<F extends AnyRule>(
  name: string,
  rule: F,
  answers: Answers<Parameters<F> extends [infer Input, ...unknown[]] ? Input : undefined>,
  counts: Map<string, number> | null,
): F {
  return new Proxy(rule, {
    apply(target, self, inputs) {
      const answer: unknown = Reflect.apply(target, self, inputs);
      const label = answers.labelOf(answer, inputs[0]);
      if (label === null)
        throw new Error(`rule ${name} answered ${shown(answer)}, which is not ${answers.type}`);
      counts?.set(label, (counts.get(label) ?? 0) + 1);
      return answer;
    },
  });
}

const SHOWN_LENGTH_MAX = 200;

function shown(answer: unknown): string {
  const text = typeof answer === 'object' ? JSON.stringify(answer) : String(answer);
  const quoted = typeof answer === 'string' ? `'${text}'` : text;
  return quoted.length > SHOWN_LENGTH_MAX ? `${quoted.slice(0, SHOWN_LENGTH_MAX)} …` : quoted;
}

function inOrder<V>(pairs: [string, V][]): [string, V][] {
  return pairs.sort(([left], [right]) => (left < right ? -1 : 1));
}
