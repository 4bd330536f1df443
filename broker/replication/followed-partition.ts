/**
 * The state of a fetcher in one partition (kafka.server.PartitionFetchState), and its last request. The object is
 * kept after the following ends until the response to that request has arrived, so that the response can be judged.
 */
import type { FetchPartition } from '../protocol/apis/01-fetch.js';
import { NO_HIGH_WATERMARK } from '../protocol/apis/01-fetch.js';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import type { FetchResponseInput } from '../rules/replication/accept-fetch-response.js';
import type { Partition } from './partition.js';

export class FollowedPartition {
  readonly partition: Partition;
  isFollowed = true;
  /** To be fetched: neither delayed nor waiting for metadata. */
  isWanted = false;
  /** To be named in the next request. */
  isChanged = false;
  isInSession = false;
  isDelayed = false;
  delayedUntilMicros = 0;
  #fetchOffset = 0;
  #lastFetchedEpoch = -1;
  #askedOffset = -1;
  #askedLastFetchedEpoch = -1;
  #askedLeaderEpoch = -1;

  constructor(partition: Partition) {
    this.partition = partition;
  }

  /** Starts again from the present state of the log. */
  restart(): void {
    const { log } = this.partition;
    this.isFollowed = true;
    this.#fetchOffset = log.logEndOffset;
    this.#lastFetchedEpoch = log.epochs.latestEpoch;
  }

  ask(partitionMaxBytes: number): FetchPartition {
    this.#askedOffset = this.#fetchOffset;
    this.#askedLastFetchedEpoch = this.#lastFetchedEpoch;
    this.#askedLeaderEpoch = this.partition.leaderEpoch;
    return {
      partition: this.partition.index,
      currentLeaderEpoch: this.#askedLeaderEpoch,
      fetchOffset: this.#fetchOffset,
      lastFetchedEpoch: this.#lastFetchedEpoch,
      logStartOffset: this.partition.log.logStartOffset,
      partitionMaxBytes,
      replicaDirectoryId: ZERO_UUID,
      highWatermark: NO_HIGH_WATERMARK,
    };
  }

  responseInput(): FetchResponseInput {
    const { log, leaderEpoch } = this.partition;
    return {
      requestedOffset: this.#askedOffset,
      requestedLeaderEpoch: this.#askedLeaderEpoch,
      requestedLastFetchedEpoch: this.#askedLastFetchedEpoch,
      logEndOffset: log.logEndOffset,
      currentLeaderEpoch: leaderEpoch,
      currentLastFetchedEpoch: log.epochs.latestEpoch,
    };
  }
}
