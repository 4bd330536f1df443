/**
 * Scripts drawn from the schemas. A field's values come from a pool that its name chooses, so that requests mean something; a field
 * without a pool gets its default or an edge of its type. An API that gets a schema is therefore asked without further work here.
 */
import fc from 'fast-check';
import { apiSchemas, type SchemaName } from '../../broker/protocol/apis/schemas.js';
import type { Api } from '../../broker/protocol/schema/api.js';
import type { Field, Struct } from '../../broker/protocol/schema/field.js';
import { isIn } from '../../broker/protocol/schema/versions.js';
import { arbitraryRecords } from './generate-batches.js';
import { poolOf } from './pools.js';
import type { FrameDamage, Json, Script, Step } from './script.js';

/** APIs between brokers and controllers: a request that is accepted would change the cluster under test, not a topic of the script. */
const INTERNAL: readonly SchemaName[] = [
  'AlterPartition',
  'BrokerRegistration',
  'BrokerHeartbeat',
  'AllocateProducerIds',
];
/** Which broker coordinates a group is the choice of a cluster, and groups are not yet named by a script. */
const OF_GROUPS: readonly string[] = [
  'FindCoordinator',
  'JoinGroup',
  'SyncGroup',
  'Heartbeat',
  'LeaveGroup',
  'OffsetCommit',
  'OffsetFetch',
  'OffsetDelete',
  'DescribeGroups',
  'ListGroups',
  'DeleteGroups',
];

/** How often an API is asked compared with the others, which count 1. */
const WEIGHTS: Partial<Record<SchemaName, number>> = {
  Produce: 8,
  Fetch: 5,
  ListOffsets: 3,
  OffsetForLeaderEpoch: 2,
};
const STEPS_MAX = 7;

export function arbitraryScript(names: readonly SchemaName[]): fc.Arbitrary<Script> {
  const steps = fc.array(arbitraryStep(names), { minLength: 1, maxLength: STEPS_MAX });
  return steps.map((drawn) => ({ steps: [...PRELUDE, ...drawn] }));
}

/** The APIs that scripts ask. */
export function askedApis(): readonly SchemaName[] {
  return (Object.keys(apiSchemas) as SchemaName[]).filter(
    (name) =>
      !INTERNAL.includes(name) &&
      !OF_GROUPS.includes(name) &&
      apiSchemas[name].listeners.some((each) => each === 'broker'),
  );
}

/** Two topics with fixed leaders, and a producer id: partition n of `{t0}` is led by broker n + 1, `{t1}` by broker 1. */
const PRELUDE: readonly Step[] = [
  {
    api: 'CreateTopics',
    version: 7,
    broker: 1,
    body: {
      timeoutMs: 10_000,
      topics: [
        topic(
          '{t0}',
          [
            [1, 2, 3],
            [2, 3, 1],
            [3, 1, 2],
          ],
          {},
        ),
        topic('{t1}', [[1, 2]], { 'max.message.bytes': '300' }),
      ],
    },
  },
  {
    api: 'InitProducerId',
    version: 4,
    broker: 1,
    body: { transactionalId: null, transactionTimeoutMs: 1000 },
  },
];

function topic(
  name: string,
  assignments: readonly (readonly number[])[],
  configs: Readonly<Record<string, string>>,
): Json {
  return {
    name,
    numPartitions: -1,
    replicationFactor: -1,
    assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  };
}

function arbitraryStep(names: readonly SchemaName[]): fc.Arbitrary<Step> {
  return fc.oneof(...names.map((name) => ({ weight: WEIGHTS[name] ?? 1, arbitrary: stepOf(name) })));
}

function stepOf(name: SchemaName): fc.Arbitrary<Step> {
  const { request, validVersions, latestVersionUnstable } = apiSchemas[name] as unknown as Api;
  const highest = latestVersionUnstable ? validVersions.highest - 1 : validVersions.highest;
  return fc.integer({ min: validVersions.lowest, max: highest }).chain((version) =>
    fc
      .record({
        broker: fc.constantFrom(1, 1, 1, 1, 2, 3),
        body: arbitraryBody(name, request.fields, version),
        damage: fc.oneof(
          { weight: 25, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: arbitraryDamage() },
        ),
      })
      .map(({ broker, body, damage }) => {
        const step: Step = { api: name, version, broker, body };
        return damage === undefined ? step : { ...step, damage };
      }),
  );
}

function arbitraryDamage(): fc.Arbitrary<FrameDamage> {
  return fc.oneof(
    fc.integer({ min: 1, max: 20 }).map((cutBytes) => ({ cutBytes })),
    fc.integer({ min: 1, max: 9 }).map((extraBytes) => ({ extraBytes })),
    fc.constantFrom(-1, 99, 1000).map((apiVersion) => ({ apiVersion })),
    fc.constantFrom(-1, 4, 56, 999).map((apiKey) => ({ apiKey })),
  );
}

type Body = { readonly [field: string]: Json };

export function arbitraryBody(api: string, fields: Struct, version: number): fc.Arbitrary<Body> {
  const drawn = Object.entries(fields)
    .filter(([, field]) => isIn(field.versions, version))
    .map(([name, field]) => [name, arbitraryField(api, name, field, version)] as const);
  return fc.record(Object.fromEntries(drawn), { noNullPrototype: true }) as fc.Arbitrary<Body>;
}

function arbitraryField(api: string, name: string, field: Field, version: number): fc.Arbitrary<Json> {
  const isNullable = isIn(field.nullableVersions, version);
  const values = valuesOf(api, name, field, version);
  if (!isNullable) return values;
  return fc.oneof({ weight: 8, arbitrary: values }, { weight: 1, arbitrary: fc.constant(null) });
}

function valuesOf(api: string, name: string, field: Field, version: number): fc.Arbitrary<Json> {
  if (field.type === 'array') return arbitraryArray(api, name, field.element!, version);
  if (field.type === 'struct') return arbitraryBody(api, field.fields!, version);
  const pool = poolOf(api, name);
  const isNullable = isIn(field.nullableVersions, version);
  const fitting = pool?.filter((value) => isNullable || value !== null) ?? [];
  if (fitting.length > 0) return fc.constantFrom(...fitting);
  if (field.type === 'records') return arbitraryRecords() as fc.Arbitrary<Json>;
  return edges(field);
}

/** Mostly of one element, which makes a script short and its meaning plain. */
function arbitraryArray(api: string, name: string, element: Field, version: number): fc.Arbitrary<Json> {
  const pool = poolOf(api, name);
  // A pool for numbers, of partitions say, is no pool for an array of structs under the same name.
  const isFitting = pool !== null && (element.type !== 'struct' || typeof pool[0] === 'object');
  const elements = isFitting ? fc.constantFrom(...pool) : valuesOf(api, name, element, version);
  return fc.oneof(
    { weight: 6, arbitrary: elements.map((each): Json => [each]) },
    { weight: 1, arbitrary: fc.array(elements, { maxLength: 2, size: 'max' }) },
  );
}

function edges(field: Field): fc.Arbitrary<Json> {
  const byDefault =
    field.representation === 'bigint' ? String(field.defaultValue) : (field.defaultValue as Json);
  switch (field.type) {
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc.constantFrom<Json[]>(byDefault ?? '', 'x', '');
    case 'uuid':
      return fc.constantFrom<Json[]>('zero', 'zero', '{id:unknown}');
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return field.representation === 'bigint'
        ? fc.constant(byDefault)
        : fc.constantFrom<Json[]>(byDefault, byDefault, byDefault, -1, 0, 1);
    default:
      return fc.constant(byDefault instanceof Uint8Array ? '' : byDefault);
  }
}
