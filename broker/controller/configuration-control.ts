/**
 * Decides AlterConfigs and IncrementalAlterConfigs (KIP-339; org.apache.kafka.controller.ConfigurationControlManager).
 * A resource is changed as a whole or not at all. AlterConfigs removes every setting that it does not name.
 *
 * The settings of brokers, of one or of all (name ''), that are defaults of topic settings act at once: every process
 * reads them from the metadata log. As in Kafka a broker's setting is written again even if it does not change
 * (KAFKA-14136).
 */

import { brokerSettingsProblem, type Settings, topicSettingsProblem } from '../config/check-settings.js';
import { shownDefault } from '../config/config-def.js';
import { kafkaKeys } from '../config/kafka-keys/index.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ErrorName } from '../protocol/errors.js';
import type { ConfigRecord } from '../protocol/metadata-records.js';
import { repeatedIn } from '../protocol/repeated.js';
import { topicNameProblem } from '../protocol/topic-name.js';
import type { Decision } from './decision.js';

type AlterConfigs = RequestBodies['AlterConfigs'];
type IncrementalAlterConfigs = RequestBodies['IncrementalAlterConfigs'];
/** The response of both APIs. */
type Response = ResponseBodies['AlterConfigs'];
type Problem = readonly [ErrorName, string | null];

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

type Change = (standing: Settings) => Settings | Problem;

const SET = 0;
const DELETE = 1;
const APPEND = 2;
const SUBTRACT = 3;

export function alterIncrementally(
  { resources, validateOnly }: IncrementalAlterConfigs,
  image: MetadataImage,
): Decision<Response> {
  const changes = resources.map((resource): readonly [Resource, Change] => [
    resource,
    (standing) => incrementalChange(resource, standing),
  ]);
  return alter(changes, validateOnly, image);
}

export function alterConfigs(
  { resources, validateOnly }: AlterConfigs,
  image: MetadataImage,
): Decision<Response> {
  const changes = resources.map((resource): readonly [Resource, Change] => [
    resource,
    (standing) => {
      const changed = new Map<string, string | null>();
      for (const { name, value } of resource.configs) changed.set(name, value);
      for (const name of standing.keys()) if (!changed.has(name)) changed.set(name, null);
      return changed;
    },
  ]);
  return alter(changes, validateOnly, image);
}

function alter(
  changes: readonly (readonly [Resource, Change])[],
  validateOnly: boolean,
  image: MetadataImage,
): Decision<Response> {
  const records: ConfigRecord[] = [];
  const repeated = repeatedIn(changes.map(([resource]) => keyOf(resource)));
  const responses = changes.map(([resource, change]) => {
    const { resourceType, resourceName } = resource;
    const isRepeated = repeated.has(keyOf(resource));
    const decided = isRepeated
      ? (['INVALID_REQUEST', 'Duplicate resource.'] as const)
      : decide(resource, change, image);
    if (isProblem(decided)) {
      const [errorCode, errorMessage] = decided;
      return { errorCode, errorMessage, resourceType, resourceName };
    }
    if (!validateOnly) records.push(...decided);
    return { errorCode: 'NONE' as const, errorMessage: null, resourceType, resourceName };
  });
  return { records, response: { throttleTimeMs: 0, responses } };
}

const keyOf = ({ resourceType, resourceName }: Resource): string => `${resourceType}/${resourceName}`;

function isProblem(decided: readonly ConfigRecord[] | Settings | Problem): decided is Problem {
  return Array.isArray(decided) && typeof decided[0] === 'string';
}

function decide(
  { resourceType, resourceName }: Resource,
  change: Change,
  image: MetadataImage,
): readonly ConfigRecord[] | Problem {
  if (resourceType !== 2 && resourceType !== 4)
    return ['UNSUPPORTED_VERSION', `Unknown resource type ${resourceType}.`];
  const standing = image.overrides(resourceType, resourceName);
  const changed = change(standing);
  if (isProblem(changed)) return changed;
  const problem =
    resourceType === 2
      ? topicProblem(resourceName, changed, standing, image)
      : brokerProblem(resourceName, changed, image);
  if (problem !== null) return problem;
  const records: ConfigRecord[] = [];
  for (const [name, value] of changed) {
    if (resourceType === 2 && (standing.get(name) ?? null) === value) continue;
    records.push({ type: 'ConfigRecord', resourceType, resourceName, name, value });
  }
  return records;
}

function topicProblem(
  name: string,
  changed: Settings,
  standing: Settings,
  image: MetadataImage,
): Problem | null {
  if (name === '') return ['INVALID_REQUEST', 'Default topic resources are not allowed.'];
  const illegal = topicNameProblem(name);
  if (illegal !== null) return ['INVALID_TOPIC_EXCEPTION', illegal];
  const kept = new Map([...standing].filter(([key]) => !changed.has(key)));
  const problem = topicSettingsProblem(changed, kept);
  if (problem !== null) return ['INVALID_CONFIG', problem];
  if (image.topics.has(name)) return null;
  return ['UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`];
}

function brokerProblem(name: string, changed: Settings, image: MetadataImage): Problem | null {
  const brokerId = /^[+-]?\d+$/.test(name) ? Number(name) : null;
  if (name !== '' && brokerId === null)
    return ['INVALID_REQUEST', 'Unable to parse broker name as a base 10 number.'];
  if (brokerId !== null && brokerId < 0) return ['INVALID_REQUEST', 'Invalid negative broker ID.'];
  const problem = brokerSettingsProblem(changed, brokerId !== null);
  if (problem !== null) return ['INVALID_REQUEST', problem];
  if (brokerId === null || image.brokers.has(brokerId)) return null;
  return ['BROKER_ID_NOT_REGISTERED', `No node with id ${brokerId} found.`];
}

function incrementalChange(
  { resourceType, configs }: IncrementalAlterConfigs['resources'][number],
  standing: Settings,
): Settings | Problem {
  const changed = new Map<string, string | null>();
  for (const { name, configOperation, value } of configs) {
    if (configOperation === SET) changed.set(name, value);
    else if (configOperation === DELETE) changed.set(name, null);
    else if (configOperation === APPEND || configOperation === SUBTRACT) {
      const key = kafkaKeys(resourceType === 2 ? 'topic' : 'broker').get(name);
      if (key?.type !== 'LIST') {
        const operation = configOperation === APPEND ? 'APPEND' : 'SUBTRACT';
        return ['INVALID_CONFIG', `Can't ${operation} to key ${name} because its type is not LIST.`];
      }
      const before = partsOf(standing.get(name) ?? shownDefault(key));
      const given = partsOf(value);
      changed.set(name, (configOperation === APPEND ? joined(before, given) : less(before, given)).join(','));
    } else return ['UNKNOWN_SERVER_ERROR', null];
  }
  return changed;
}

const partsOf = (list: string | null): readonly string[] =>
  (list ?? '').split(',').filter((part) => part !== '');
const joined = (before: readonly string[], added: readonly string[]): readonly string[] => [
  ...new Set([...before, ...added]),
];
const less = (before: readonly string[], removed: readonly string[]): readonly string[] =>
  before.filter((part) => !removed.includes(part));
