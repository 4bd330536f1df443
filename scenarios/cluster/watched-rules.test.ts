import { describe, expect, it } from 'vitest';
import { clientRules } from '../../broker/clients/rules/index.js';
import { kafkaRules } from '../../broker/rules/index.js';
import { executeRun } from '../../harness/runner/execute-run.js';
import { withRules } from '../experiment/scenario.js';
import { leaderCrash } from '../leader-crash.js';
import { brokerRuleAnswers } from './rule-answers.js';
import { brokerRulesOf, clientRulesOf, RuleCounter } from './watched-rules.js';

/** A value that a program without types may pass. */
type Wrong = Readonly<Record<string, unknown>>;

function assertionOf(rules: Wrong, ofClients: Wrong = {}): unknown {
  const wrong = withRules(leaderCrash, 'wrong', rules as never, ofClients as never);
  const { anomalies } = executeRun(wrong, { seed: '1' });
  return anomalies.find(({ name }) => name === 'assertion')?.witnesses[0]?.message;
}

describe('an answer outside the type of its rule ends the run', () => {
  it.each<[string, Wrong, Wrong?]>([
    ['rule acknowledgement answered undefined, which is not', { acknowledgement: () => undefined }],
    ["rule acknowledgement answered 'sure', which is not", { acknowledgement: () => 'sure' }],
    ['rule mayLead answered 1, which is not true or false', { mayLead: () => 1 }],
    ['rule nextHighWatermark answered NaN, which is not', { nextHighWatermark: () => Number.NaN }],
    ['rule checkSequence answered {"kind":"reject"}', { checkSequence: () => ({ kind: 'reject' }) }],
    ['rule electLeader answered {"leader":1}', { electLeader: () => ({ leader: 1 }) }],
    ['rule mayPipeline answered undefined', {}, { mayPipeline: () => undefined }],
  ])('%s', (words, rules, ofClients) => {
    expect(assertionOf(rules, ofClients)).toContain(words);
  });
});

describe('what is counted', () => {
  it('is how often each rule was called and what it answered', () => {
    const counter = new RuleCounter();
    const rules = brokerRulesOf(undefined, counter);
    for (const role of ['leader', 'follower', 'follower'] as const) rules.validatesSequence({ role });
    expect(counter.counts().validatesSequence).toEqual({ false: 2, true: 1 });
    expect(counter.counts().acknowledgement).toEqual({});
  });

  it('changes nothing in the run', () => {
    const plain = executeRun(leaderCrash, { seed: '3' });
    const counted = executeRun(leaderCrash, { seed: '3', countsDecisions: true });
    expect(counted.digest).toBe(plain.digest);
    expect(plain.decisions).toBeNull();
    const { acknowledgement } = counted.decisions ?? {};
    expect(acknowledgement?.acked).toBeGreaterThan(0);
    expect(acknowledgement?.wait).toBeGreaterThan(0);
  });

  it('costs nothing without counting: the functions are passed unchanged', () => {
    expect(brokerRulesOf(undefined, null)).toBe(kafkaRules);
    expect(clientRulesOf(undefined, null)).toBe(clientRules);
    const mayLead = () => true;
    const { acknowledgement } = brokerRulesOf({ mayLead }, null);
    expect(acknowledgement).toBe(kafkaRules.acknowledgement);
  });

  it('has one description for every rule, under a name that brokers and clients do not share', () => {
    const counter = new RuleCounter();
    const names = [...Object.keys(kafkaRules), ...Object.keys(clientRules)];
    expect(Object.keys(counter.counts())).toEqual([...new Set(names)].sort());
    expect(Object.keys(brokerRuleAnswers).sort()).toEqual(Object.keys(kafkaRules).sort());
    expect(new Set(names).size).toBe(names.length);
  });
});
