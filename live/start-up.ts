/** What a new cluster does before it is ready: waits for its brokers, creates its topics, waits for their leaders. */
import type { Address } from '../broker/env.js';
import { metadataApi } from '../broker/protocol/apis/03-metadata.js';
import type { CreateTopicsRequest } from '../broker/protocol/apis/19-create-topics.js';
import type { RequestBodies, ResponseBodies } from '../broker/protocol/apis/index.js';
import type { ApiName } from '../broker/protocol/frame.js';
import { RpcClient } from '../broker/protocol/rpc-client.js';
import { clientEnv } from './client-env.js';
import type { TopicToCreate } from './kafka-cluster.js';

const POLL_MILLIS = 10;
const REQUEST_TIMEOUT_MICROS = 30_000_000;

type Metadata = ResponseBodies['Metadata'];

/** Resolves when the first broker knows all brokers as unfenced. */
export function awaitBrokers(addresses: readonly Address[], timeoutMillis: number): Promise<void> {
  return withAdmin(addresses, (send) =>
    until(
      send,
      timeoutMillis,
      ({ brokers }) => brokers.length >= addresses.length,
      ({ brokers }) => `${brokers.length} of ${addresses.length} brokers are up`,
    ),
  );
}

/** Creates those of the topics that do not exist. Resolves when each of their partitions has a leader. */
export function createTopics(
  addresses: readonly Address[],
  topics: Readonly<Record<string, TopicToCreate>>,
  timeoutMillis: number,
): Promise<void> {
  const names = Object.keys(topics).sort();
  if (names.length === 0) return Promise.resolve();
  return withAdmin(addresses, async (send) => {
    const { topics: results } = await send('CreateTopics', {
      topics: names.map((name) => creation(name, topics[name] ?? {})),
      timeoutMs: timeoutMillis,
      validateOnly: false,
    });
    const refused = results.find(
      ({ errorCode }) => errorCode !== 'NONE' && errorCode !== 'TOPIC_ALREADY_EXISTS',
    );
    if (refused !== undefined) {
      throw new Error(`topic ${refused.name}: ${refused.errorCode} ${refused.errorMessage ?? ''}`);
    }
    const isLed = (metadata: Metadata, name: string): boolean => {
      const topic = metadata.topics.find((each) => each.name === name);
      return topic?.errorCode === 'NONE' && topic.partitions.every(({ errorCode }) => errorCode === 'NONE');
    };
    await until(
      send,
      timeoutMillis,
      (metadata) => names.every((name) => isLed(metadata, name)),
      (metadata) => `no leader for ${names.filter((name) => !isLed(metadata, name)).join(', ')}`,
    );
  });
}

function creation(name: string, topic: TopicToCreate): CreateTopicsRequest['topics'][number] {
  return {
    name,
    numPartitions: topic.partitions ?? -1,
    replicationFactor: topic.replicationFactor ?? -1,
    assignments: [],
    configs: Object.entries(topic.config ?? {}).map(([key, value]) => ({ name: key, value })),
  };
}

type Send = <A extends ApiName>(apiName: A, body: RequestBodies[A]) => Promise<ResponseBodies[A]>;

/** Connects to the first address. A request is sent again until it is answered. */
async function withAdmin<T>(addresses: readonly Address[], use: (send: Send) => Promise<T>): Promise<T> {
  const [address] = addresses;
  if (address === undefined) throw new RangeError('a cluster has at least one broker');
  const { env, end } = clientEnv('seismolog-start');
  const client = new RpcClient(env, address, {
    clientId: 'seismolog-start',
    requestTimeoutMicros: REQUEST_TIMEOUT_MICROS,
  });
  const send: Send = (apiName, body) =>
    new Promise((resolve) => {
      const attempt = (): void => {
        client.send(apiName, body, (result) => {
          if (result.ok) resolve(result.body);
          else setTimeout(attempt, POLL_MILLIS);
        });
      };
      attempt();
    });
  try {
    return await use(send);
  } finally {
    client.close();
    end();
  }
}

async function until(
  send: Send,
  timeoutMillis: number,
  holds: (metadata: Metadata) => boolean,
  problem: (metadata: Metadata) => string,
): Promise<void> {
  const deadline = performance.now() + timeoutMillis;
  for (;;) {
    const metadata = await send('Metadata', { ...metadataApi.request.defaults, topics: null });
    if (holds(metadata)) return;
    if (performance.now() > deadline) throw new Error(`the cluster is not ready: ${problem(metadata)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}
