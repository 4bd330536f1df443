/**
 * Decides IncrementalAlterConfigs (KIP-339; org.apache.kafka.controller.ConfigurationControlManager). A topic accepts
 * every topic setting. Brokers, one or all of them (name ''), accept the defaults of topic settings, which a running
 * process reads from the metadata log. Other broker settings are read once, at start, and are refused here.
 */

import { ConfigException, resolveTopicConfig } from '../config/definitions.js';
import { topicSettingOf } from '../config/topic-synonyms.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type {
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
} from '../protocol/apis/44-incremental-alter-configs.js';
import type { ErrorName } from '../protocol/errors.js';
import type { ConfigRecord } from '../protocol/metadata-records.js';
import type { Decision } from './decision.js';

type Resource = IncrementalAlterConfigsRequest['resources'][number];
type Result = IncrementalAlterConfigsResponse['responses'][number];

export function alterConfigs(
  request: IncrementalAlterConfigsRequest,
  image: MetadataImage,
): Decision<IncrementalAlterConfigsResponse> {
  const records: ConfigRecord[] = [];
  const responses = request.resources.map((resource): Result => {
    const { resourceType, resourceName } = resource;
    const [errorCode, errorMessage] = check(resource, image);
    if (errorCode === 'NONE' && !request.validateOnly) records.push(...recordsOf(resource, image));
    return { errorCode, errorMessage, resourceType, resourceName };
  });
  return { records, response: { throttleTimeMs: 0, responses } };
}

/** The problem with a topic setting; null: none. */
export function checkTopicSetting(name: string, value: string): string | null {
  try {
    resolveTopicConfig({ [name]: value });
    return null;
  } catch (error) {
    if (error instanceof ConfigException) return error.message;
    throw error;
  }
}

function check(resource: Resource, image: MetadataImage): readonly [ErrorName, string | null] {
  const { resourceType, resourceName } = resource;
  if (!isConfigurable(resourceType))
    return ['INVALID_REQUEST', `No settings of resource type ${resourceType}.`];
  if (resourceType === 2 && !image.topics.has(resourceName)) {
    return ['UNKNOWN_TOPIC_OR_PARTITION', `Topic '${resourceName}' does not exist.`];
  }
  if (resourceType === 4 && resourceName !== '' && !image.brokers.has(Number(resourceName))) {
    return ['INVALID_REQUEST', `Broker '${resourceName}' is not registered.`];
  }
  for (const { name, configOperation, value } of resource.configs) {
    const topicSetting = resourceType === 2 ? name : topicSettingOf(name);
    if (topicSetting === null) return ['INVALID_REQUEST', `Cannot update '${name}' dynamically.`];
    if (configOperation === 0 && value === null) return ['INVALID_REQUEST', `No value for '${name}'.`];
    const problem = configOperation === 0 ? checkTopicSetting(topicSetting, value ?? '') : null;
    if (problem !== null) return ['INVALID_REQUEST', problem];
  }
  return ['NONE', null];
}

/** Only topics and brokers have settings. */
const isConfigurable = (resourceType: number): resourceType is 2 | 4 =>
  resourceType === 2 || resourceType === 4;

/** Records only for values that differ from the present ones. */
function recordsOf(resource: Resource, image: MetadataImage): readonly ConfigRecord[] {
  const { resourceType, resourceName } = resource;
  if (!isConfigurable(resourceType)) return [];
  const standing = image.overrides(resourceType, resourceName);
  return resource.configs
    .map(({ name, configOperation, value }): ConfigRecord => {
      const next = configOperation === 0 ? value : null;
      return { type: 'ConfigRecord', resourceType, resourceName, name, value: next };
    })
    .filter(({ name, value }) => (standing.get(name) ?? null) !== value);
}
