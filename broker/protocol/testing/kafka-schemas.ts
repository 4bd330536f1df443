/** Kafka's own schemas, read from its jars in the cache that `scripts/kafka-jars.mjs` fills. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

export interface KafkaField {
  readonly name: string;
  readonly type: string;
  readonly versions: string;
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly tag?: number;
  readonly default?: string | number;
  readonly ignorable?: boolean;
  readonly mapKey?: boolean;
  readonly flexibleVersions?: string;
  readonly fields?: readonly KafkaField[];
}

export interface KafkaSchema {
  readonly name: string;
  readonly apiKey?: number;
  readonly listeners?: readonly string[];
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly latestVersionUnstable?: boolean;
  readonly fields: readonly KafkaField[];
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly KafkaField[] }[];
}

const VERSION = '4.3.0';
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'seismolog');

type Artifact = 'kafka-clients' | 'kafka-metadata' | 'kafka-group-coordinator';

function jarPath(artifact: Artifact): string {
  return join(folder, `${artifact}-${VERSION}.jar`);
}

export const hasKafkaJars =
  existsSync(jarPath('kafka-clients')) &&
  existsSync(jarPath('kafka-metadata')) &&
  existsSync(jarPath('kafka-group-coordinator'));

/** The schemas in a folder of a jar, by name. */
export function kafkaSchemas(artifact: Artifact, inside: string): Map<string, KafkaSchema> {
  const files = unzipSync(readFileSync(jarPath(artifact)), {
    filter: ({ name }) => name.startsWith(inside) && name.endsWith('.json'),
  });
  const decoder = new TextDecoder();
  const schemas = Object.values(files).map((bytes): KafkaSchema => parse(decoder.decode(bytes)));
  return new Map(schemas.map((schema) => [schema.name, schema]));
}

/** JSON with comments to the end of a line. */
function parse(text: string): KafkaSchema {
  return JSON.parse(
    text.replace(/("(?:[^"\\]|\\.)*")|\/\/.*$/gm, (_whole, quoted: string | undefined) => quoted ?? ''),
  );
}
