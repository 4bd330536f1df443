/** The two cases of the textbook, as `examples/audit/` has them: right in every cell, against what Kafka promises. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../broker/config/properties-file.js';
import { inProcessExecutor } from '../../harness/runner/seed-executor.js';
import { auditScenario } from './audit-scenario.js';
import { PROCESS_KINDS } from './audit-settings.js';
import { auditRow, HARMS } from './audit-table.js';
import { measuredClasses } from './failure-classes.js';
import { runGrid } from './grid.js';
import { kafkaPromise } from './kafka-promise.js';
import { readSettings } from './read-settings.js';

const SEEDS = 2;

function caseOf(name: string) {
  const written = PROCESS_KINDS.filter((kind) => kind !== 'broker').map((kind) => {
    const source = `${kind}.properties`;
    const text = readFileSync(new URL(`../../examples/audit/${name}/${source}`, import.meta.url), 'utf8');
    return { kind, source, properties: parseProperties(text) };
  });
  return readSettings({ written }).settings;
}

describe.each(['payments', 'clicks'])('%s', (name) => {
  const settings = caseOf(name);
  const classes = measuredClasses(true);

  it('breaks only what Kafka permits to break, and what it surely breaks', { timeout: 300_000 }, async () => {
    const outcomes = await runGrid(
      classes.map((failure) => ({ scenario: auditScenario(settings, failure), firstSeed: 1, seeds: SEEDS })),
      { executor: inProcessExecutor(), signal: new AbortController().signal },
    );
    const wrong = classes.flatMap((failure, index) => {
      const { cells, unexplained } = auditRow(failure, outcomes[index]!, settings.processing !== null);
      return [
        ...unexplained.map((words) => `${failure.name}: ${words}`),
        ...HARMS.flatMap((harm) => {
          const promise = kafkaPromise(settings, failure.name, harm);
          const { verdict } = cells[harm];
          if (promise === null)
            return verdict === 'not measured' ? [] : [`${failure.name} ${harm}: ${verdict}`];
          const isRight =
            promise === 'kept' ? verdict === 'kept' : verdict === 'kept' || verdict === 'broken';
          return isRight ? [] : [`${failure.name} ${harm}: ${verdict}, Kafka says ${promise}`];
        }),
      ];
    });
    expect(wrong).toEqual([]);
    const losing = classes.filter(
      (failure, index) =>
        auditRow(failure, outcomes[index]!, settings.processing !== null).cells.lost.verdict === 'broken',
    );
    const names = losing.map((failure) => failure.name);
    expect(names).toEqual(expect.arrayContaining(['last-replica-loses-power', 'all-lose-power']));
    if (name === 'payments') expect(names).toHaveLength(2);
    else expect(names.length).toBeGreaterThan(4);
  });
});
