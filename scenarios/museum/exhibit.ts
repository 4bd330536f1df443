import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { BrokerRules } from '../../broker/rules/index.js';
import type { Exhibit } from '../../harness/runner/exhibit.js';
import { type KafkaScenario, withRules } from '../experiment/scenario.js';

export interface RuleMistake {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** The general scenario that must find it; none is made for one mistake. */
  readonly found: KafkaScenario;
  readonly rules?: Partial<BrokerRules>;
  readonly clientRules?: Partial<ClientRules>;
  readonly checkers: readonly string[];
  readonly seedsAtMost: number;
}

/** An exhibit is a general scenario over a broker, or with clients, of which one rule is as it should not be. */
export function exhibit(mistake: RuleMistake): Exhibit {
  const { id, title, story, found, rules = {}, clientRules, checkers, seedsAtMost } = mistake;
  const scenario = withRules(found, id, rules, clientRules);
  return { id, title, story, scenario, right: found, checkers, seedsAtMost };
}
