/**
 * The Java runtime and the jars of Apache Kafka that the conformance suite uses. The jars come from Maven as this machine has it set
 * up, into a cache outside the repository. What is missing is installed only if the caller asks for it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KAFKA_VERSION = '4.3.0';
const SCALA_VERSION = '2.13';
/** The version of slf4j that the jars of this Kafka are compiled against. */
const SLF4J_VERSION = '1.7.36';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const APT_PACKAGES = ['openjdk-17-jre-headless', 'maven'];
const INSTALL_TIMEOUT_MS = 600_000;

export interface KafkaDistribution {
  readonly java: string;
  /** The value of `java -cp`. */
  readonly classPath: string;
}

/** The distribution, or why there is none. */
export type FoundDistribution =
  | { readonly ok: true; readonly distribution: KafkaDistribution }
  | { readonly ok: false; readonly missing: string };

export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'seismolog');
}

export function findDistribution(options: { readonly install: boolean }): FoundDistribution {
  const folder = join(cacheFolder(), `kafka-${KAFKA_VERSION}`);
  if (options.install) install(folder);
  if (!runs('java', ['-version'])) return { ok: false, missing: 'Java 17 (java)' };
  if (!isComplete(folder)) {
    return {
      ok: false,
      missing: `the jars of Apache Kafka ${KAFKA_VERSION} (npm run conformance -- --install)`,
    };
  }
  return { ok: true, distribution: { java: 'java', classPath: join(folder, '*') } };
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function isComplete(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const jars = readdirSync(folder);
  return [`kafka_${SCALA_VERSION}`, 'kafka-tools'].every((name) =>
    jars.includes(`${name}-${KAFKA_VERSION}.jar`),
  );
}

function install(folder: string): void {
  if (!runs('java', ['-version']) || !runs('mvn', ['-version'])) installPackages(APT_PACKAGES);
  if (isComplete(folder)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pom.xml'), projectFile());
  spawnSync('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), PLUGIN, `-DoutputDirectory=${folder}`], {
    stdio: ['ignore', 2, 2],
    timeout: INSTALL_TIMEOUT_MS,
  });
}

/** Debian's packages. Without apt, or without the right to install, nothing happens and the caller finds the tool missing. */
export function installPackages(names: readonly string[]): void {
  const options = {
    stdio: ['ignore', 'ignore', 2] as ['ignore', 'ignore', number],
    timeout: INSTALL_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  if (spawnSync('apt-get', ['update', '-qq'], options).status !== 0) return;
  spawnSync('apt-get', ['install', '-y', '-qq', ...names], options);
}

function projectFile(): string {
  const dependencies = [
    ['org.apache.kafka', `kafka_${SCALA_VERSION}`, KAFKA_VERSION],
    ['org.apache.kafka', 'kafka-tools', KAFKA_VERSION],
    ['org.slf4j', 'slf4j-simple', SLF4J_VERSION],
  ].map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>seismolog</groupId><artifactId>kafka-distribution</artifactId><version>1</version><packaging>pom</packaging>',
    `<dependencies>${dependencies.join('')}</dependencies></project>`,
  ].join('\n');
}
