/**
 * Waits after a step until the cluster has finished what the step began, so that the next answer does not depend on how fast brokers
 * follow the metadata log, or followers their leaders.
 */
import { listOffsetsApi } from '../../broker/protocol/apis/02-list-offsets.js';
import { metadataApi } from '../../broker/protocol/apis/03-metadata.js';
import type { ResponseBody, SchemaName } from '../../broker/protocol/apis/schemas.js';
import { delay, until } from '../wire/await-cluster.js';
import type { RawClient } from '../wire/raw-client.js';
import type { Bindings } from './bindings.js';
import type { Json, Step, StepAnswer } from './script.js';

type TopicMetadata = ResponseBody<'Metadata'>['topics'][number];

const TIMEOUT_MS = 20_000;
const POLL_MS = 15;
/** Brokers learn a changed configuration from the metadata log; no request shows that they have. */
const CONFIGURATION_MS = 200;
const METADATA_VERSION = 12;
const LIST_OFFSETS_VERSION = 6;
const EARLIEST = -2;
const LATEST = -1;

const CHANGES_TOPICS: readonly string[] = [
  'CreateTopics',
  'DeleteTopics',
  'CreatePartitions',
  'ElectLeaders',
];
const CHANGES_CONFIGURATION: readonly string[] = ['IncrementalAlterConfigs', 'AlterConfigs'];

export class Settling {
  readonly #clients: ReadonlyMap<number, RawClient>;
  readonly #bindings: Bindings;
  readonly #topics = new Set<string>();
  /** How many partitions a topic has after the answers so far, at least; 0: it is deleted. */
  readonly #partitionCounts = new Map<string, number>();

  constructor(clients: ReadonlyMap<number, RawClient>, bindings: Bindings) {
    this.#clients = clients;
    this.#bindings = bindings;
  }

  async after(step: Step, answer: StepAnswer): Promise<void> {
    const api: SchemaName | string = step.api;
    if (CHANGES_TOPICS.includes(api)) {
      for (const name of namesIn(step.body)) this.#topics.add(name);
      if ('body' in answer) this.#expect(step, answer.body);
      await this.#untilMetadataAgrees();
    } else if (CHANGES_CONFIGURATION.includes(api)) {
      await delay(CONFIGURATION_MS);
    } else if (api === 'Produce' && step.body.acks !== -1) {
      await this.#untilReplicated();
    }
  }

  /** Brokers that have not heard of a change yet may agree, too. */
  #expect({ api, body }: Step, answer: Json): void {
    if (body.validateOnly === true) return;
    for (const { name, count } of changesIn(api, body, answer)) {
      const logical = name.startsWith('{id:') ? `{${name.slice('{id:'.length)}` : name;
      if (this.#topics.has(logical)) this.#partitionCounts.set(this.#bindings.physical(logical), count);
    }
  }

  #hasHeard({ name, partitions }: TopicMetadata): boolean {
    const count = this.#partitionCounts.get(name ?? '');
    if (count === undefined) return true;
    return count === 0 ? partitions.length === 0 : partitions.length >= count;
  }

  /** Every broker describes every topic of the script alike, and every leader serves. */
  async #untilMetadataAgrees(): Promise<void> {
    if (this.#topics.size === 0) return;
    const clients = [...this.#clients.values()];
    let described: readonly TopicMetadata[] = [];
    await until(
      'the brokers agree about the topics',
      TIMEOUT_MS,
      async () => {
        const all = await Promise.all(clients.map((client) => this.#describe(client)));
        described = all[0]!;
        const isSettled = described.every(
          (topic) => this.#hasHeard(topic) && topic.partitions.every(isComplete),
        );
        return isSettled && all.every((each) => JSON.stringify(each) === JSON.stringify(described));
      },
      POLL_MS,
    );
    for (const { errorCode, name, topicId } of described) {
      if (errorCode === 'NONE' && name !== null) this.#bindings.bindTopic(this.#logicalName(name), topicId);
    }
    for (const topic of described) await this.#untilServed(topic);
  }

  #logicalName(name: string): string {
    return this.#bindings.logical(name).replace(/^\{(.+)\}$/, '$1');
  }

  async #describe(client: RawClient): Promise<readonly TopicMetadata[]> {
    const topics = [...this.#topics].map((name) => ({
      topicId: metadataApi.request.fields.topics.element!.fields!.topicId!.defaultValue as string,
      name: this.#bindings.physical(name),
    }));
    const body = { ...metadataApi.request.defaults, allowAutoTopicCreation: false, topics };
    const outcome = await client.request('Metadata', METADATA_VERSION, body);
    if (outcome.kind !== 'answer') throw new Error(`Metadata: ${outcome.kind}`);
    return [...outcome.body.topics].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
  }

  async #untilServed({ name, partitions }: TopicMetadata): Promise<void> {
    for (const { leaderId, partitionIndex } of partitions) {
      await until(
        `${name}-${partitionIndex} is served by ${leaderId}`,
        TIMEOUT_MS,
        async () => (await this.#offset(leaderId, name!, partitionIndex, EARLIEST)) !== null,
        POLL_MS,
      );
    }
  }

  /** The high watermarks no longer move. */
  async #untilReplicated(): Promise<void> {
    let before = '';
    await until(
      'the high watermarks stand still',
      TIMEOUT_MS,
      async () => {
        const now = JSON.stringify(await this.#highWatermarks());
        const isSame = now === before;
        before = now;
        return isSame;
      },
      3 * POLL_MS,
    );
  }

  async #highWatermarks(): Promise<readonly (number | null)[]> {
    const described = await this.#describe(this.#clients.get(1)!);
    const asked = described.flatMap(({ name, partitions }) =>
      partitions.map(({ leaderId, partitionIndex }) => this.#offset(leaderId, name!, partitionIndex, LATEST)),
    );
    return Promise.all(asked);
  }

  async #offset(broker: number, topic: string, partition: number, timestamp: number): Promise<number | null> {
    const client = this.#clients.get(broker);
    if (client === undefined) return null;
    const outcome = await client.request('ListOffsets', LIST_OFFSETS_VERSION, {
      ...listOffsetsApi.request.defaults,
      replicaId: -1,
      topics: [
        { name: topic, partitions: [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }] },
      ],
    });
    if (outcome.kind !== 'answer') return null;
    const answer = outcome.body.topics[0]?.partitions[0];
    return answer?.errorCode === 'NONE' ? answer.offset : null;
  }
}

const isComplete = ({ errorCode, replicaNodes, isrNodes }: TopicMetadata['partitions'][number]): boolean =>
  errorCode === 'NONE' && isrNodes.length === replicaNodes.length;

interface TopicChange {
  /** As in the script: a name or an id. */
  readonly name: string;
  readonly count: number;
}

/** The topics that an answer says are created, grown or deleted. */
function changesIn(api: string, body: Json, answer: Json): readonly TopicChange[] {
  switch (api) {
    case 'CreateTopics':
      return elementsOf(answer, 'topics')
        .filter(isDone)
        .map(({ name }) => ({ name: String(name), count: 1 }));
    case 'DeleteTopics':
      return elementsOf(answer, 'responses')
        .filter(isDone)
        .flatMap(({ name, topicId }) => [name, topicId])
        .map((name) => ({ name: String(name), count: 0 }));
    case 'CreatePartitions':
      return elementsOf(answer, 'results')
        .filter(isDone)
        .map(({ name }) => ({
          name: String(name),
          count: Number(elementsOf(body, 'topics').find((topic) => topic.name === name)?.count ?? 1),
        }));
    default:
      return [];
  }
}

type JsonObject = { readonly [name: string]: Json };
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function elementsOf(body: Json, field: string): readonly JsonObject[] {
  const elements = isObject(body) ? body[field] : null;
  return Array.isArray(elements) ? elements.filter(isObject) : [];
}

const isDone = ({ errorCode }: JsonObject): boolean => errorCode === 'NONE';

/** The topics of a script that a body names. */
function namesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return /^\{[a-z]+\d*\}$/.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((each: Json) => namesIn(each));
}
