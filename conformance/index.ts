/** `npm run conformance`: real clients, Kafka's own tools and Apache Kafka itself against this project's broker. */
import { parseArgs } from 'node:util';
import { oracleCommand } from './oracle/oracle-command.js';

const { values } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    scripts: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    api: { type: 'string', multiple: true, default: [] },
    kafka: { type: 'string' },
    seismolog: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const outcome = await oracleCommand({
  install: values.install,
  scripts: Number(values.scripts),
  seed: Number(values.seed),
  apis: values.api,
  kafka: values.kafka ?? null,
  seismolog: values.seismolog ?? null,
  shrink: !values['no-shrink'],
  print: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(`${outcome}\n`);
process.exitCode = outcome === 'failed' ? 1 : 0;
