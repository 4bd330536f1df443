/**
 * The properties of one process in a file of any notation: a `.properties` file with Kafka's keys, with Spring Boot's
 * names or with the environment variables of a container; Spring Boot's YAML; a Docker Compose file.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
} from 'yaml';
import { propertiesOfVariables } from '../../broker/config/environment-names.js';
import { PropertiesFileError, type Property, parseProperties } from '../../broker/config/properties-file.js';
import { isSpringName, readSpring, withoutPlaceholders } from '../../broker/config/spring-names.js';
import type { ProcessKind } from './audit-settings.js';

export interface FileReading {
  readonly properties: readonly Property[];
  /** What was left out, in words. */
  readonly remarks: readonly string[];
}

/** A file that cannot be read. */
export class ConfigurationFileError extends Error {
  override readonly name = 'ConfigurationFileError';
}

/** @throws ConfigurationFileError */
export function readConfigurationFile(kind: ProcessKind, path: string, text: string): FileReading {
  const written = /\.ya?ml$/i.test(path) ? flattened(path, text) : asProperties(path, text);
  const variables = written.filter(({ key }) => /^(KAFKA|SPRING_KAFKA)_[A-Z0-9_]+$/.test(key));
  const isSpring = written.some(({ key }) => isSpringName(key));
  if (isSpring && (kind === 'producer' || kind === 'consumer')) {
    const { [kind]: properties, other } = readSpring(withoutPlaceholders(written));
    return {
      properties,
      remarks: other.map(
        ({ key, line }) => `${path}:${line} ${key} configures Spring, which is not part of a run`,
      ),
    };
  }
  if (variables.length > 0) return { properties: propertiesOfVariables(variables), remarks: [] };
  if (/\.ya?ml$/i.test(path))
    throw new ConfigurationFileError(
      `${path} has no setting of a ${kind}: neither spring.kafka.${kind} nor variables such as KAFKA_MIN_INSYNC_REPLICAS`,
    );
  return { properties: written, remarks: [] };
}

function asProperties(path: string, text: string): readonly Property[] {
  try {
    return parseProperties(text);
  } catch (error) {
    if (error instanceof PropertiesFileError) throw new ConfigurationFileError(`${path}: ${error.message}`);
    throw error;
  }
}

/** Deeper than any configuration; a file that refers to itself ends here. */
const DEPTH_MAX = 32;

/**
 * The values of a YAML file under dotted names, and the environment variables of the services of a Compose file under
 * their own names. Of several documents those count that no profile of Spring turns on.
 */
function flattened(path: string, text: string): readonly Property[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments<ParsedNode>(text, { lineCounter });
  const properties: Property[] = [];
  for (const document of documents) {
    const [problem] = document.errors;
    if (problem !== undefined) throw new ConfigurationFileError(`${path}: ${problem.message.split('\n')[0]}`);
    const values: Property[] = [];
    const walk = (node: Node | null, name: string, depth: number): void => {
      const value = isAlias(node) ? (node.resolve(document) ?? null) : node;
      if (value === null || depth > DEPTH_MAX) return;
      if (isScalar(value)) {
        const line = value.range == null ? 1 : lineCounter.linePos(value.range[0]).line;
        values.push(...scalar(name, value.value === null ? '' : String(value.value), line));
      } else if (isMap<Node, Node>(value)) {
        for (const { key, value: inner } of value.items) {
          const word = isScalar(key) ? String(key.value) : '';
          // `<<` merges the map that it refers to.
          walk(inner, word === '<<' ? name : name === '' ? word : `${name}.${word}`, depth + 1);
        }
      } else if (isSeq<Node>(value)) {
        for (const inner of value.items) walk(inner, `${name}.`, depth + 1);
      }
    };
    walk(document.contents, '', 0);
    if (!values.some(({ key }) => /^spring\.(config\.activate\.on-profile|profiles)$/.test(key)))
      properties.push(...values);
  }
  return properties;
}

/** A value of a map, or an entry `NAME=value` of a list of variables. */
function scalar(name: string, value: string, line: number): Property[] {
  const entry = name.endsWith('.') ? /^([A-Z0-9_]+)=(.*)$/s.exec(value) : null;
  if (entry !== null) return [{ key: entry[1]!, value: entry[2]!, line }];
  const variable = /\.environment\.([A-Z0-9_]+)$/.exec(name);
  return [{ key: variable?.[1] ?? name, value, line }];
}
