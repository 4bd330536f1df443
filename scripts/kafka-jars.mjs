/**
 * Brings Kafka's own jars into a cache outside the repository, for the tests that compare ours with them: those that hold the message
 * schemas, and those of a server with everything that it needs, which know the configuration keys. Asks Maven as this machine has it set
 * up. Without Maven, or without the jars, those tests say that they are skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const VERSION = '4.3.0';
const ARTIFACTS = ['kafka-clients', 'kafka-metadata', 'kafka-group-coordinator'];
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'seismolog');
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

mkdirSync(folder, { recursive: true });
for (const artifact of ARTIFACTS) {
  if (existsSync(join(folder, `${artifact}-${VERSION}.jar`))) continue;
  const coordinates = `org.apache.kafka:${artifact}:${VERSION}`;
  maven(coordinates, [`${PLUGIN}:copy`, `-Dartifact=${coordinates}`, `-DoutputDirectory=${folder}`]);
}

const server = join(folder, `kafka-server-${VERSION}`);
if (!existsSync(server)) {
  const coordinates = `org.apache.kafka:kafka-server:${VERSION}`;
  const scratch = mkdtempSync(join(folder, 'server-'));
  const jars = join(scratch, 'jars');
  writeFileSync(join(scratch, 'pom.xml'), projectWith('kafka-server'));
  const goal = `${PLUGIN}:copy-dependencies`;
  if (
    maven(coordinates, ['-f', join(scratch, 'pom.xml'), goal, `-DoutputDirectory=${jars}`]) &&
    !existsSync(server)
  )
    renameSync(jars, server);
  rmSync(scratch, { recursive: true, force: true });
}

/** True when Maven did what was asked. */
function maven(coordinates, args) {
  const { status, error, stdout } = spawnSync('mvn', ['-q', '-B', ...args], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status === 0) console.log(`${coordinates} is in the cache`);
  else console.log(`${coordinates} could not be had: ${error?.message ?? String(stdout).split('\n')[0]}`);
  return status === 0;
}

/** A Maven project whose only dependency is the artifact. */
function projectWith(artifact) {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>seismolog</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.apache.kafka</groupId><artifactId>${artifact}</artifactId><version>${VERSION}</version>
  </dependency></dependencies>
</project>
`;
}
