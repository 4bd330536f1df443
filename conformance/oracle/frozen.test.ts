import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../cluster.js';
import { startSeismolog } from '../seismolog-cluster.js';
import { differences } from './compare.js';
import { runNameOf } from './find-differences.js';
import { type FrozenScript, frozenScripts } from './frozen.js';
import { unexplained } from './known-differences.js';
import { runScript } from './run-script.js';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startSeismolog({});
});
afterAll(() => cluster.close());

const cases = frozenScripts().map((frozen, index): [string, FrozenScript, number] => [
  frozen.kind,
  frozen,
  index,
]);

it.each(cases)('%s: answers as Kafka does', async (_kind, { script, kafka }, index) => {
  const ours = await runScript(cluster, script, runNameOf('froze', index));
  expect(unexplained(differences(script, kafka, ours))).toEqual([]);
});
