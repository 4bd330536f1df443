/**
 * AlterConfigs (key 33) and IncrementalAlterConfigs (key 44) at a broker (kafka.server.ConfigAdminManager): the broker
 * answers for resources whose request is malformed, for its own settings that are illegal, and for log levels. The other
 * resources are forwarded to the controller in one request.
 *
 * A broker has no loggers whose level could be changed. The settings of groups and of client metrics are not served.
 */
import { brokerSettingsProblem, type Settings } from '../config/check-settings.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import type { ErrorName } from '../protocol/errors.js';
import { repeatedIn } from '../protocol/repeated.js';
import type { BrokerServices } from './broker-services.js';

type AlterConfigs = RequestBodies['AlterConfigs'];
type IncrementalAlterConfigs = RequestBodies['IncrementalAlterConfigs'];
/** The response of both APIs. */
type Response = ResponseBodies['AlterConfigs'];
type Result = Response['responses'][number];

const TOPIC = 2;
const BROKER = 4;
const BROKER_LOGGER = 8;
const SET = 0;
const DELETE = 1;
const OPERATIONS_MAX = 3;

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly {
    readonly name: string;
    readonly value: string | null;
    /** Absent in AlterConfigs, which sets. */
    readonly configOperation?: number;
  }[];
}

type Problem = readonly [ErrorName, string | null];

export function handleAlterConfigs(
  services: BrokerServices,
  request: AlterConfigs,
  version: number,
  respond: (response: Response) => void,
): void {
  const answers = preprocess(services, request.resources, false);
  const resources = request.resources.filter((_, at) => answers[at] === null);
  const done = (response: Response): void => respond(assembled(request.resources, answers, response));
  if (resources.length === 0) done(NOTHING_FORWARDED);
  else services.lifecycle.forwarder.forward('AlterConfigs', { ...request, resources }, version, done);
}

export function handleIncrementalAlterConfigs(
  services: BrokerServices,
  request: IncrementalAlterConfigs,
  version: number,
  respond: (response: Response) => void,
): void {
  const answers = preprocess(services, request.resources, true);
  const resources = request.resources.filter((_, at) => answers[at] === null);
  const done = (response: Response): void => respond(assembled(request.resources, answers, response));
  if (resources.length === 0) done(NOTHING_FORWARDED);
  else
    services.lifecycle.forwarder.forward('IncrementalAlterConfigs', { ...request, resources }, version, done);
}

const NOTHING_FORWARDED: Response = { throttleTimeMs: 0, responses: [] };

/** The answer to each resource; null: the controller decides. */
function preprocess(
  services: BrokerServices,
  resources: readonly Resource[],
  isIncremental: boolean,
): (Problem | null)[] {
  const keys = resources.map(keyOf);
  const repeated = repeatedIn(keys);
  return resources.map((resource, at) =>
    repeated.has(keys[at]!)
      ? ['INVALID_REQUEST', 'Each resource must appear at most once.']
      : problemOf(services, resource, isIncremental),
  );
}

const keyOf = ({ resourceType, resourceName }: Pick<Resource, 'resourceType' | 'resourceName'>): string =>
  `${resourceType}/${resourceName}`;

function problemOf(services: BrokerServices, resource: Resource, isIncremental: boolean): Problem | null {
  const { resourceType, configs } = resource;
  if (new Set(configs.map(({ name }) => name)).size < configs.length)
    return ['INVALID_REQUEST', 'Error due to duplicate config keys'];
  const nulls = configs.filter(({ value, configOperation }) => value === null && configOperation !== DELETE);
  if (nulls.length > 0) {
    const names = nulls.map(({ name }) => name).join(', ');
    return ['INVALID_REQUEST', `Null value not supported for : ${names}`];
  }
  if (resourceType === BROKER) return brokerProblem(services, resource);
  if (resourceType === BROKER_LOGGER && isIncremental) return loggerProblem(services, resource);
  return resourceType === TOPIC ? null : ['INVALID_REQUEST', `Unknown resource type ${resourceType}`];
}

function brokerProblem({ brokerId }: BrokerServices, { resourceName, configs }: Resource): Problem | null {
  if (resourceName !== '' && !/^[+-]?\d+$/.test(resourceName))
    return ['INVALID_REQUEST', `Node id must be an integer, but it is: ${resourceName}`];
  if (resourceName !== '' && Number(resourceName) !== brokerId) {
    return ['INVALID_REQUEST', `Unexpected broker id, expected ${brokerId}, but received ${resourceName}`];
  }
  const unknown = configs.find(({ configOperation = SET }) => !isOperation(configOperation));
  if (unknown !== undefined) return ['INVALID_REQUEST', `Unknown operations type ${unknown.configOperation}`];
  const changed: Settings = new Map(
    configs.map(({ name, value, configOperation = SET }) => [name, configOperation === SET ? value : null]),
  );
  const problem = brokerSettingsProblem(changed, resourceName !== '');
  return problem === null ? null : ['INVALID_REQUEST', problem];
}

const isOperation = (operation: number): boolean => operation >= SET && operation <= OPERATIONS_MAX;

function loggerProblem({ brokerId }: BrokerServices, { resourceName, configs }: Resource): Problem {
  if (Number(resourceName) !== brokerId) {
    return ['INVALID_REQUEST', `Unexpected node id. Expected ${brokerId}, but received ${resourceName}`];
  }
  const logger = configs[0];
  return logger === undefined ? ['NONE', null] : ['INVALID_CONFIG', `Logger ${logger.name} does not exist!`];
}

/** One result for each resource, in the order of the request. */
function assembled(
  resources: readonly Resource[],
  answers: readonly (Problem | null)[],
  { throttleTimeMs, responses: forwarded }: Response,
): Response {
  const byKey = new Map(forwarded.map((each) => [keyOf(each), each]));
  const responses = resources.map((resource, at): Result => {
    const { resourceType, resourceName } = resource;
    const answer = answers[at] ?? null;
    const decided = byKey.get(keyOf(resource));
    const [errorCode, errorMessage] =
      answer ??
      (decided === undefined
        ? (['UNKNOWN_SERVER_ERROR', null] as const)
        : [decided.errorCode, decided.errorMessage]);
    return { errorCode, errorMessage, resourceType, resourceName };
  });
  return { throttleTimeMs, responses };
}
