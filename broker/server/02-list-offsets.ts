/**
 * ListOffsets (key 2; kafka.server.ReplicaManager#fetchOffset, kafka.cluster.Partition#fetchOffsetForTimestamp;
 * KIP-207). Special timestamps:
 *
 * - −1 the latest offset, −2 the earliest, −3 that of the latest timestamp (from version 7 on, KIP-734)
 * - −4 the earliest local offset (8, KIP-405), which is the earliest one: there is no tiered storage
 * - −5 the last tiered offset (9, KIP-1005) and −6 the earliest one still to be tiered (11, KIP-1023): none
 *
 * A search by timestamp ends where the reader may read: at the high watermark or the last stable offset for a consumer.
 */
import {
  type ListOffsetsRequest,
  type ListOffsetsResponse,
  listOffsetsApi,
} from '../protocol/apis/02-list-offsets.js';
import type { ErrorName } from '../protocol/errors.js';
import type { Reply, RequestContext } from '../protocol/rpc-server.js';
import type { Partition, Reader } from '../replication/partition.js';
import type { BrokerServices } from './broker-services.js';
import { mergedByTopic } from './merged-by-topic.js';

const LATEST = -1;
const EARLIEST = -2;
const EARLIEST_LOCAL = -4;
/** The lowest version in which each special timestamp is known. */
const LOWEST_VERSIONS: Readonly<Record<number, number>> = { [-3]: 7, [-4]: 8, [-5]: 9, [-6]: 11 };
/** From this version on a response has leader epochs. */
const WITH_LEADER_EPOCH = 4;

/** The replica id of a tool that also reads from followers (ListOffsetsRequest.DEBUGGING_REPLICA_ID). */
const DEBUGGING_REPLICA = -2;

type PartitionRequest = ListOffsetsRequest['topics'][number]['partitions'][number];
type PartitionResponse = ListOffsetsResponse['topics'][number]['partitions'][number];
type Settle = (response: PartitionResponse) => void;

export function handleListOffsets(
  services: BrokerServices,
  request: ListOffsetsRequest,
  respond: (response: ListOffsetsResponse) => void,
  _reply: Reply,
  { apiVersion }: Pick<RequestContext, 'apiVersion'>,
): void {
  const { isolationLevel } = request;
  if (isolationLevel === 0 || isolationLevel === 1) {
    new OffsetSearch(services, request, isolationLevel, apiVersion, respond).start();
  } else {
    respond(listOffsetsApi.errorResponse(request, 'UNKNOWN_SERVER_ERROR', apiVersion));
  }
}

/** One request. Searches by timestamp read from the disk, so the answer may come later. */
class OffsetSearch {
  readonly #services: BrokerServices;
  readonly #request: ListOffsetsRequest;
  /** Each topic once: a partition may be named twice in two entries of its topic, too. */
  readonly #topics: ListOffsetsRequest['topics'];
  readonly #reader: Reader;
  readonly #isolationLevel: 0 | 1;
  readonly #version: number;
  readonly #respond: (response: ListOffsetsResponse) => void;
  readonly #found: PartitionResponse[][] = [];
  #waitsFor = 1;

  constructor(
    services: BrokerServices,
    request: ListOffsetsRequest,
    isolationLevel: 0 | 1,
    version: number,
    respond: (response: ListOffsetsResponse) => void,
  ) {
    this.#services = services;
    this.#request = request;
    this.#topics = mergedByTopic([], request.topics, ({ name }) => name);
    this.#reader = request.replicaId === -1 ? 'consumer' : 'follower';
    this.#isolationLevel = isolationLevel;
    this.#version = version;
    this.#respond = respond;
  }

  start(): void {
    for (const { name, partitions } of this.#topics) {
      const found: PartitionResponse[] = [];
      this.#found.push(found);
      const namedTwice = repeatedIn(partitions);
      for (const partitionIndex of namedTwice) found.push(failed(partitionIndex, 'INVALID_REQUEST'));
      const namedOnce = partitions.filter(({ partitionIndex }) => !namedTwice.has(partitionIndex));
      for (const [position, asked] of namedOnce.entries()) {
        const at = namedTwice.size + position;
        this.#waitsFor += 1;
        this.#find(name, asked, (response) => {
          found[at] = response;
          this.#settled();
        });
      }
    }
    this.#settled();
  }

  #settled(): void {
    this.#waitsFor -= 1;
    if (this.#waitsFor > 0) return;
    const found = this.#topics.map(({ name }, at) => ({ name, partitions: this.#found[at] ?? [] }));
    const topics = found.filter(({ partitions }) => partitions.length > 0);
    this.#respond({ throttleTimeMs: 0, topics });
  }

  #find(topic: string, asked: PartitionRequest, settle: Settle): void {
    const { partitionIndex, timestamp } = asked;
    const lowestVersion = timestamp < EARLIEST ? LOWEST_VERSIONS[timestamp] : 0;
    if (lowestVersion === undefined || this.#version < lowestVersion) {
      settle(failed(partitionIndex, 'UNSUPPORTED_VERSION'));
      return;
    }
    const partition = this.#partition(topic, asked);
    if (typeof partition === 'string') settle(failed(partitionIndex, partition));
    else if (timestamp === LATEST) this.#findLatest(partition, settle);
    else if (timestamp === EARLIEST || timestamp === EARLIEST_LOCAL) {
      const { logStartOffset, epochs } = partition.log;
      settle(this.#at(partitionIndex, logStartOffset, epochs.epochForOffset(logStartOffset), -1));
    } else if (timestamp < EARLIEST_LOCAL) settle(this.#at(partitionIndex, -1, -1, -1));
    else this.#findTimestamp(partition, timestamp, settle);
  }

  #partition(topic: string, { partitionIndex, currentLeaderEpoch }: PartitionRequest): Partition | ErrorName {
    const { replicas } = this.#services;
    const partition = replicas.find(topic, partitionIndex);
    if (partition === null) {
      const isKnown = replicas.isKnown(topic, partitionIndex);
      return isKnown ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_TOPIC_OR_PARTITION';
    }
    const errorCode = partition.checkLeadership(currentLeaderEpoch);
    const readsFromFollowers = this.#request.replicaId === DEBUGGING_REPLICA;
    return errorCode === 'NONE' || (readsFromFollowers && errorCode === 'NOT_LEADER_OR_FOLLOWER')
      ? partition
      : errorCode;
  }

  #findLatest(partition: Partition, settle: Settle): void {
    const offset = this.#latest(partition);
    settle(
      offset === null
        ? failed(partition.index, 'OFFSET_NOT_AVAILABLE')
        : this.#at(partition.index, offset, partition.leaderEpoch, -1),
    );
  }

  #findTimestamp(partition: Partition, timestamp: number, settle: Settle): void {
    const end = partition.readableEnd(this.#reader, this.#isolationLevel);
    partition.log.offsetForTimestamp(timestamp, end, (errorCode, found) => {
      if (errorCode !== 'NONE') settle(failed(partition.index, errorCode));
      else if (found !== null)
        settle(this.#at(partition.index, found.offset, found.leaderEpoch, found.timestamp));
      else if (this.#latest(partition) === null) settle(failed(partition.index, 'OFFSET_NOT_AVAILABLE'));
      else settle(this.#at(partition.index, -1, -1, -1));
    });
  }

  /** Null: the high watermark of a new leader may still lag behind what an earlier leader has shown. */
  #latest(partition: Partition): number | null {
    const { rules, observer } = this.#services.replicas.context;
    const ends = {
      highWatermark: partition.highWatermark,
      lastStableOffset: partition.lastStableOffset,
      logEndOffset: partition.log.logEndOffset,
      leaderEpochStartOffset: partition.leader?.epochStartOffset ?? 0,
    };
    const reader = this.#reader;
    const isolationLevel = this.#isolationLevel;
    const offset = rules.latestOffset({ reader, isolationLevel, ...ends });
    if (offset !== null && reader === 'consumer')
      observer?.replication?.latestOffsetAnswered(partition.id, isolationLevel, offset, ends);
    return offset;
  }

  #at(partitionIndex: number, offset: number, leaderEpoch: number, timestamp: number): PartitionResponse {
    return {
      partitionIndex,
      errorCode: 'NONE',
      timestamp,
      offset,
      leaderEpoch: this.#version >= WITH_LEADER_EPOCH ? leaderEpoch : -1,
    };
  }
}

function repeatedIn(partitions: readonly PartitionRequest[]): ReadonlySet<number> {
  const named = new Set<number>();
  const repeated = new Set<number>();
  for (const { partitionIndex } of partitions) {
    if (named.has(partitionIndex)) repeated.add(partitionIndex);
    named.add(partitionIndex);
  }
  return repeated;
}

const failed = (partitionIndex: number, errorCode: ErrorName): PartitionResponse => ({
  partitionIndex,
  errorCode,
  timestamp: -1,
  offset: -1,
  leaderEpoch: -1,
});
