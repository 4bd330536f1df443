/**
 * Brings Kafka's own jars, which hold its message schemas, into a cache outside the repository, for the test that compares ours with
 * them. Asks Maven as this machine has it set up. Without Maven, or without the jars, that test says that it is skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = '4.3.0';
const ARTIFACTS = ['kafka-clients', 'kafka-metadata', 'kafka-group-coordinator'];
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'seismolog');
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

mkdirSync(folder, { recursive: true });
for (const artifact of ARTIFACTS) {
  if (existsSync(join(folder, `${artifact}-${VERSION}.jar`))) continue;
  const coordinates = `org.apache.kafka:${artifact}:${VERSION}`;
  const { status, error, stdout } = spawnSync(
    'mvn',
    ['-q', '-B', PLUGIN, `-Dartifact=${coordinates}`, `-DoutputDirectory=${folder}`],
    { encoding: 'utf8', timeout: 300_000 },
  );
  if (status === 0) console.log(`${coordinates} is in the cache`);
  else console.log(`${coordinates} could not be had: ${error?.message ?? String(stdout).split('\n')[0]}`);
}
