/** `--config server.properties` of `seismolog broker`: what acts, and a word about every key that does not. */
import { readFileSync } from 'node:fs';
import type { Properties } from '../../broker/config/definitions.js';
import { PropertiesFileError, parseProperties } from '../../broker/config/properties-file.js';
import { type ConfigRemark, readConfiguration } from '../../broker/config/read-configuration.js';
import { UsageError } from '../../harness/api/usage-error.js';
import { isSecurityKey } from '../security/listener-security.js';

export interface ServerProperties {
  readonly properties: Properties;
  /** One sentence for each key that has no effect here. */
  readonly remarks: readonly string[];
}

/** @throws UsageError when the file cannot be read, or has a key that would change what is promised and is not modelled. */
export function readServerProperties(path: string): ServerProperties {
  const written = parse(path, textOf(path));
  // The listeners of a live cluster are real, so these keys act here.
  const security = written.filter(({ key }) => isSecurityKey(key));
  const others = written.filter(({ key }) => !isSecurityKey(key));
  const { properties, accepted, refused, former, unknown } = readConfiguration('broker', others, path);
  if (refused.length > 0) throw new UsageError(refused.map(sentence).join('\n'));
  const secured = Object.fromEntries(security.map(({ key, value }) => [key, value]));
  return {
    properties: { ...properties, ...secured },
    remarks: [...accepted, ...former, ...unknown].map(sentence),
  };
}

const sentence = ({ place, key, words }: ConfigRemark): string => `${place} ${key} ${words}`;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parse(path: string, text: string): ReturnType<typeof parseProperties> {
  try {
    return parseProperties(text);
  } catch (error) {
    if (error instanceof PropertiesFileError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}
