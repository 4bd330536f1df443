/** `docs/delivery.md` says what the settings of a group permit, and its scenarios show or hold it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { executeRun, forbiddenAnomalies } from '../harness/runner/execute-run.js';
import { brokenDelivery, safeDelivery } from './delivery.js';
import type { KafkaScenario } from './experiment/scenario.js';
import { scenarios } from './index.js';
import type { DeliveryPromise } from './invariants/group-checker.js';
import { type DeliveryRow, deliveryPage, deliveryRows, situations } from './testing/delivery-table.js';
import { promisesOf } from './workloads/consumer-group/delivery.js';
import { completeGroupSettings } from './workloads/consumer-group/settings.js';

const PROMISES = ['no-loss', 'no-repeat', 'order'] as const;
const ANOMALY: Readonly<Record<DeliveryPromise, string>> = {
  'no-loss': 'unprocessed-record',
  'no-repeat': 'processed-twice',
  order: 'processed-out-of-order',
  'no-move': 'partition-moved',
};

const keeps = ({ settings }: DeliveryRow, promise: DeliveryPromise): boolean =>
  promisesOf(completeGroupSettings(settings).settings).includes(promise);

function scenarioNamed(name: string): KafkaScenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

const promised = ({ spec }: KafkaScenario): unknown => spec.workload.settings.promises;

describe('the table of delivery', () => {
  it('is the page', () => {
    const page = readFileSync(new URL('../docs/delivery.md', import.meta.url), 'utf8');
    expect(deliveryPage((row, promise) => !keeps(row, promise))).toBe(page);
  });

  it.each(deliveryRows)('has a scenario for each cell of: $way', (row) => {
    for (const promise of PROMISES) {
      const scenario = scenarioNamed(row.scenarios[promise]);
      expect(promised(scenario), scenario.name).toContain(promise);
      const isBroken = scenario.expectedAnomalies?.includes(ANOMALY[promise]) ?? false;
      expect(isBroken, `${scenario.name}: ${promise}`).toBe(!keeps(row, promise));
    }
  });

  it.each(situations)('has a scenario for: $situation, $outcome', ({ scenario: name }) => {
    expect(scenarioNamed(name).spec.workload.settings.promises).not.toEqual([]);
  });

  it.each(safeDelivery)(
    '$name promises what its settings permit, and the restart of a member no more',
    (scenario) => {
      // The members of the first are restarted cleanly and never crash, so they repeat nothing.
      const more = { 'commits-when-revoked': 'no-repeat', 'static-members-restart': 'no-move' } as const;
      const { settings } = scenario.spec.workload;
      const permitted: readonly DeliveryPromise[] = promisesOf(completeGroupSettings(settings).settings);
      const extra = Object.entries(more).find(([name]) => name === scenario.name)?.[1];
      expect([...permitted, ...(extra === undefined ? [] : [extra])].sort()).toEqual(
        [settings.promises].flat().sort(),
      );
    },
  );
});

describe('a scenario that breaks one promise', () => {
  const base = Number(process.env.SEISMOLOG_SEED_BASE ?? Math.floor(Math.random() * 2 ** 40));
  it.each(brokenDelivery)('keeps the others: $name', (scenario) => {
    const { anomalies } = executeRun(scenario, { seed: `${base}` });
    const names = forbiddenAnomalies(anomalies).map(({ name }) => name);
    expect(scenario.expectedAnomalies, `seed ${base}`).toEqual(expect.arrayContaining(names));
  });
});
