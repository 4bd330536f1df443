import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { BrokerRules } from '../../broker/rules/index.js';
import type { Exhibit } from '../../harness/runner/exhibit.js';
import { type KafkaScenario, withRules } from '../experiment/scenario.js';

export interface RuleMistake {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** The general scenario that must find the mistake. No scenario is written for one mistake. */
  readonly found: KafkaScenario;
  readonly rules?: Partial<BrokerRules>;
  readonly clientRules?: Partial<ClientRules>;
  readonly checkers: readonly string[];
  readonly seedsAtMost: number;
}

/** An exhibit is a general scenario with one wrong rule in its brokers or clients. */
export function exhibit(mistake: RuleMistake): Exhibit {
  const { id, title, story, found, rules = {}, clientRules, checkers, seedsAtMost } = mistake;
  const scenario = withRules(found, id, rules, clientRules);
  return { id, title, story, scenario, right: found, checkers, seedsAtMost };
}
