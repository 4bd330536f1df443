/**
 * `npm run conformance`: real clients, Kafka's own tools and Apache Kafka itself against this project's broker.
 *
 *     npm run conformance                    every part with what is installed
 *     npm run conformance -- --install       installs first what is missing
 *     npm run conformance -- clients --only kcat
 *     npm run conformance -- clients --table README.md
 *     npm run conformance -- faults
 *     npm run conformance -- fuzz --frames 1000000 --seed 3
 *     npm run conformance -- oracle --scripts 1000 --seed 7 --api Produce
 */
import { parseArgs } from 'node:util';
import { clientsCommand } from './clients/clients-command.js';
import { faultsCommand } from './faults/faults-command.js';
import { type FuzzResult, fuzzServer } from './fuzz/fuzz-server.js';
import { startAsProcess } from './fuzz/fuzz-target.js';
import { oracleCommand } from './oracle/oracle-command.js';
import type { Outcome } from './outcome.js';

const { values, positionals } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    scripts: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    api: { type: 'string', multiple: true, default: [] },
    frames: { type: 'string', default: '20000' },
    kafka: { type: 'string' },
    table: { type: 'string' },
    seismolog: { type: 'string' },
    freeze: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const parts: Readonly<Record<string, () => Promise<Outcome>>> = {
  clients: () =>
    clientsCommand({
      install: values.install,
      only: values.only,
      kafka: values.kafka ?? null,
      table: values.table ?? null,
      print,
    }),
  faults: () => faultsCommand({ install: values.install, print }),
  fuzz: async () => {
    const shown = ({ frames, kinds, failures, disturbed, memoryBytesMax, ...counts }: FuzzResult): string =>
      `${frames} frames, ${counts.answered} answered, ${counts.closed} closed, ${counts.stalled} stalled, ${kinds} kinds of answers, ${failures.length} failures of a node, ${disturbed} times another client was disturbed, ${Math.round((memoryBytesMax ?? 0) / 2 ** 20)} MiB at most`;
    const result = await fuzzServer({
      frames: Number(values.frames),
      seed: Number(values.seed),
      start: startAsProcess,
      onProgress: (so) => print(shown(so)),
    });
    for (const failure of new Set(result.failures)) print(failure);
    for (const suspect of result.suspects) print(suspect);
    return result.failures.length + result.disturbed === 0 ? 'passed' : 'failed';
  },
  oracle: () =>
    oracleCommand({
      install: values.install,
      scripts: Number(values.scripts),
      seed: Number(values.seed),
      apis: values.api,
      kafka: values.kafka ?? null,
      seismolog: values.seismolog ?? null,
      freeze: values.freeze ?? null,
      shrink: !values['no-shrink'],
      print,
    }),
};

const outcomes: Outcome[] = [];
for (const [name, run] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const outcome = await run();
  print(`${name}: ${outcome}`);
  outcomes.push(outcome);
}
const count = (wanted: Outcome): number => outcomes.filter((each) => each === wanted).length;
print(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exit(count('failed') > 0 ? 1 : 0);
