/**
 * DescribeConfigs (key 32; kafka.server.ConfigHelper), of topics, of the answering broker and of all brokers, from its own
 * metadata image and its properties. Settings are in the order of their names.
 *
 * Kafka's documentation of a setting is not repeated here. Asked for it, this broker says which standing the setting has
 * (docs/configuration.md). Log levels, client metrics and groups have no settings here.
 */
import {
  type DescribedSetting,
  describeAllBrokers,
  describeBroker,
  describeTopicSettings,
} from '../config/described-settings.js';
import { standingOf } from '../config/standing.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ErrorName } from '../protocol/errors.js';
import { topicNameProblem } from '../protocol/topic-name.js';
import type { BrokerServices } from './broker-services.js';

type Request = RequestBodies['DescribeConfigs'];
type Resource = Request['resources'][number];
type Result = ResponseBodies['DescribeConfigs']['results'][number];
type Refusal = readonly [ErrorName, string];

const TOPIC = 2;
const BROKER = 4;
const BROKER_LOGGER = 8;
const CLIENT_METRICS = 16;
const GROUP = 32;
const RESOURCE_TYPES: readonly number[] = [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP];

const MALFORMED =
  'This most likely occurs because of a request being malformed by the client library or the message was sent to an ' +
  'incompatible broker. See the broker logs for more details.';

export function handleDescribeConfigs(
  services: BrokerServices,
  request: Request,
): ResponseBodies['DescribeConfigs'] {
  if (request.resources.some(({ resourceType }) => !RESOURCE_TYPES.includes(resourceType)))
    return { throttleTimeMs: 0, results: request.resources.map(malformed) };
  return {
    throttleTimeMs: 0,
    results: request.resources.map((resource) => describe(services, request, resource)),
  };
}

/** Kafka looks at the types first, and refuses the whole request for one that it does not know. */
const malformed = ({ resourceType, resourceName }: Resource): Result => ({
  errorCode: 'INVALID_REQUEST',
  errorMessage: MALFORMED,
  resourceType,
  resourceName,
  configs: [],
});

function describe(services: BrokerServices, request: Request, resource: Resource): Result {
  const { resourceType, resourceName, configurationKeys } = resource;
  const found = find(services, resource);
  if (typeof found[0] === 'string') {
    const [errorCode, errorMessage] = found as Refusal;
    return { errorCode, errorMessage, resourceType, resourceName, configs: [] };
  }
  const wanted =
    configurationKeys === null || configurationKeys.length === 0 ? null : new Set(configurationKeys);
  const settings = (found as readonly DescribedSetting[]).filter(({ name }) => wanted?.has(name) ?? true);
  const kind = resourceType === TOPIC ? 'topic' : 'broker';
  return {
    errorCode: 'NONE',
    errorMessage: '',
    resourceType,
    resourceName,
    configs: settings.map(({ name, value, readOnly, source, isSensitive, synonyms, type }) => ({
      name,
      value,
      readOnly,
      configSource: source,
      isSensitive,
      synonyms: request.includeSynonyms ? synonyms : [],
      configType: type,
      documentation: request.includeDocumentation ? documentationOf(kind, name) : null,
    })),
  };
}

function documentationOf(kind: 'topic' | 'broker', name: string): string | null {
  const standing = standingOf(kind, name);
  if (standing === null) return null;
  return standing.standing === 'modelled' ? 'modelled' : `${standing.standing}: ${standing.reason}`;
}

function find(
  services: BrokerServices,
  { resourceType, resourceName }: Resource,
): readonly DescribedSetting[] | Refusal {
  const { image } = services.lifecycle;
  switch (resourceType) {
    case TOPIC: {
      const problem = topicNameProblem(resourceName);
      if (problem !== null) return ['INVALID_TOPIC_EXCEPTION', problem];
      if (!image.topics.has(resourceName)) return ['UNKNOWN_TOPIC_OR_PARTITION', ''];
      return describeTopicSettings(image.overrides(TOPIC, resourceName), levelsOf(services));
    }
    case BROKER:
      return findBroker(services, resourceName);
    case BROKER_LOGGER:
      return ['INVALID_REQUEST', loggerProblem(services, resourceName)];
    case CLIENT_METRICS:
      return resourceName === ''
        ? ['INVALID_REQUEST', 'Client metrics subscription name must not be empty']
        : [];
    default:
      return resourceName === '' ? ['INVALID_REQUEST', 'Group name must not be empty'] : [];
  }
}

function findBroker(services: BrokerServices, name: string): readonly DescribedSetting[] | Refusal {
  const { brokerId } = services;
  if (name === '') return describeAllBrokers(levelsOf(services));
  if (!isInteger(name)) return ['INVALID_REQUEST', `Broker id must be an integer, but it is: ${name}`];
  if (Number(name) === brokerId) return describeBroker(levelsOf(services));
  return [
    'INVALID_REQUEST',
    `Unexpected broker id, expected ${brokerId} or empty string, but received ${name}`,
  ];
}

function loggerProblem({ brokerId }: BrokerServices, name: string): string {
  if (name === '') return 'Broker id must not be empty';
  if (!isInteger(name)) return `Broker id must be an integer, but it is: ${name}`;
  return Number(name) === brokerId
    ? 'This broker has no loggers.'
    : `Unexpected broker id, expected ${brokerId} but received ${name}`;
}

const isInteger = (name: string): boolean => /^[+-]?\d+$/.test(name);

function levelsOf({ lifecycle, brokerId, properties }: BrokerServices) {
  return {
    broker: lifecycle.image.overrides(BROKER, String(brokerId)),
    allBrokers: lifecycle.image.overrides(BROKER, ''),
    process: new Map([
      ...Object.entries(properties),
      ['node.id', String(brokerId)],
      ['broker.id', String(brokerId)],
    ]),
  };
}
