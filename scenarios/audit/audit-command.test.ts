/** `seismolog audit` refuses what it cannot measure, with the reason, before anything runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CliParts } from '../../harness/cli/cli-parts.js';
import { main } from '../../harness/cli/main.js';
import { RecordedTerminal } from '../../harness/cli/testing/recorded-terminal.js';
import { toyParts } from '../../harness/cli/testing/toy-parts.js';
import { auditCommandOf } from './audit-command.js';
import { auditScenarioNamed } from './audit-scenario.js';

const folder = mkdtempSync(join(tmpdir(), 'seismolog-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const parts: CliParts = {
  ...toyParts,
  scenarioNamed: auditScenarioNamed,
  commands: [auditCommandOf(() => parts)],
};

async function audit(...argv: readonly string[]) {
  const terminal = new RecordedTerminal();
  const exitCode = await main(['audit', ...argv], parts, terminal);
  return { exitCode, out: terminal.stdout, err: terminal.stderr };
}

describe('the command audit', () => {
  it.each<[string, readonly string[], string]>([
    ['a missing file', ['--broker', join(folder, 'none')], 'there is no file'],
    ['an assignment without a process', ['--set', 'acks=1'], 'broker., topic., producer. or consumer.'],
    ['an unknown promise', ['--promise', 'no-los'], 'no-loss'],
    ['an unknown class of failure', ['--failures', 'meteor'], '"meteor" is no class of failure'],
    ['another version', ['--kafka', '2.8'], '3.9 or 4.3'],
    [
      'a key that would change what is promised',
      ['--set', 'topic.cleanup.policy=compact'],
      'lets compaction remove',
    ],
    [
      'what Kafka refuses',
      ['--set', 'producer.acks=1', '--set', 'producer.enable.idempotence=true'],
      'Must set acks to all',
    ],
    ['more replicas than brokers', ['--replication-factor', '4'], 'needs more than 3 brokers'],
  ])('refuses %s', async (_, argv, words) => {
    const { exitCode, out, err } = await audit(...argv);
    expect([exitCode, out]).toEqual([64, '']);
    expect(err).toContain(words);
  });

  it('names every refused key of a file, with its line', async () => {
    const path = join(folder, 'server.properties');
    writeFileSync(path, 'num.io.threads=x\nremote.log.storage.system.enable=true\n');
    const { exitCode, err } = await audit('--broker', path);
    expect(exitCode).toBe(64);
    expect(err).toContain(`${path}:1 num.io.threads has an invalid value, "x": Not a number of type INT`);
    expect(err).toContain(`${path}:2 remote.log.storage.system.enable belongs to tiered storage`);
  });
});
