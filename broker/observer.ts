/**
 * The events that a broker and a controller report to an observer as they happen, by subject. Every subject is optional and must not
 * affect the broker: checkers and reports use the events, and the broker never reads them back.
 */
export interface Observer {
  readonly broker?: BrokerObserver;
  readonly log?: LogObserver;
  readonly replication?: ReplicationObserver;
  readonly controller?: ControllerObserver;
  /** A rare event to be counted, such as `follower truncated after election`. */
  mark(name: string): void;
}

/** A partition by its identity. A topic made again under an old name has another id. One object stands for it in a process. */
export interface ObservedPartition {
  readonly topicId: string;
  readonly topic: string;
  readonly index: number;
  /** `<topic>-<index>` */
  readonly name: string;
}

/** The broker as a process. */
export interface BrokerObserver {
  /** The start has opened every log that the log directory holds. A replica without an open log has no log. */
  logsOpened(): void;
  /** The broker marks its shutdown as clean. */
  shutDownCleanly(): void;
  /** This broker was allocated the producer ids from `firstProducerId`. */
  producerIdsGiven(firstProducerId: number, count: number): void;
}

/** One replica's log: its batches, and the results of a start, a truncation or a failure. */
export interface LogObserver {
  /** The log of a replica was opened (start or restart) and recovered, and holds these batches. */
  logOpened(
    partition: ObservedPartition,
    logStartOffset: number,
    logEndOffset: number,
    batches: readonly BatchSummary[],
  ): void;
  /** One record batch was written to this replica's log and became readable in it. */
  appended(partition: ObservedPartition, batch: BatchSummary, role: 'leader' | 'follower'): void;
  /** The replica did not compare the checksum of the batch to append at `offset` with its bytes. */
  checksumSkipped(partition: ObservedPartition, offset: number): void;
  /** The replica's log begins at `offset` from now on; the records below are deleted. */
  logStartMoved(partition: ObservedPartition, offset: number, reason: LogStartReason): void;
  /** The log start offset `offset` of this replica is on disk. */
  logStartCheckpointed(partition: ObservedPartition, offset: number): void;
  /** Retention deletes the oldest segment of the log; called before `logStartMoved`. */
  segmentDeleted(partition: ObservedPartition, segment: DeletedSegmentSummary): void;
  /** The records below `endOffset` were compacted: older records of a key, and old tombstones, are gone. */
  compacted(partition: ObservedPartition, endOffset: number): void;
  /** The log was deleted as a whole and begins again, empty, at `logStartOffset`; `truncated` follows. */
  startedAfresh(partition: ObservedPartition, logStartOffset: number): void;
  /** Records at and above `offset` were removed from this replica's log. */
  truncated(partition: ObservedPartition, offset: number, reason: string): void;
  /** The result of the recovery of this replica's log; called after `logOpened`. */
  recoveryDone(partition: ObservedPartition, state: RecoveredStateSummary): void;
  /** Everything of this replica's log below `recoveryPoint` is on disk, according to the disk. */
  flushed(partition: ObservedPartition, recoveryPoint: number): void;
  /** The state kept beside a log was truncated after the log itself; see the fields. */
  truncationDone(partition: ObservedPartition, state: TruncatedStateSummary): void;
  /** An operation on the files of this replica's log failed. */
  storageFailed(partition: ObservedPartition, logEndOffset: number): void;
}

/** One replica as leader or follower: its decisions, and the facts behind them. */
export interface ReplicationObserver {
  /** The replica's high watermark (exclusive) is now `offset`; also after start and after a role change. */
  highWatermarkMoved(partition: ObservedPartition, offset: number, role: 'leader' | 'follower'): void;
  /** This replica starts to act as leader / follower in `leaderEpoch`. */
  roleChanged(
    partition: ObservedPartition,
    role: 'leader' | 'follower' | 'offline',
    leaderEpoch: number,
  ): void;
  /**
   * As a leader, this replica admits a produce request to its log; `isrSize` is the size of the ISR that it
   * knows.
   */
  produceAdmitted(partition: ObservedPartition, acks: number, isrSize: number): void;
  /** As the leader in `leaderEpoch`, this replica refuses a batch because of its sequence number. */
  sequenceRefused(partition: ObservedPartition, batch: ProducerBatchSummary, leaderEpoch: number): void;
  /** A produce request was answered without error. `lastOffset` is inclusive; −1: `acks=0`. */
  acknowledged(
    partition: ObservedPartition,
    baseOffset: number,
    lastOffset: number,
    leaderEpoch: number,
    acks: number,
  ): void;
  /** As the leader, this replica acknowledges that the records below `offset` are deleted (DeleteRecords). */
  recordsDeleted(partition: ObservedPartition, offset: number): void;
  /**
   * This replica sent the records [fromOffset, endOffset) to a consumer while its high watermark was
   * `highWatermark`.
   */
  served(partition: ObservedPartition, fromOffset: number, endOffset: number, highWatermark: number): void;
  /** As a leader, this replica proposes the replica of `brokerId` for the ISR, with this knowledge of it. */
  isrProposed(
    partition: ObservedPartition,
    brokerId: number,
    leaderEpoch: number,
    candidate: IsrCandidateSummary,
  ): void;
  /**
   * This replica begins to lead in a new epoch, at `nowMillis` of its wall clock, with `logEndOffset` as
   * the log end offset of the follower `brokerId` (−1: unknown). `wasLeader`: it led in the previous epoch
   * too.
   */
  followerKnown(
    partition: ObservedPartition,
    brokerId: number,
    logEndOffset: number,
    wasLeader: boolean,
    nowMillis: number,
  ): void;
  /**
   * As a leader, this replica received a fetch of the follower `brokerId`. `clock` stays current during the
   * follower's fetch session.
   */
  followerFetched(
    partition: ObservedPartition,
    brokerId: number,
    fetchOffset: number,
    clock: FetchClockSummary,
  ): void;
  /**
   * As a leader, this replica checked the lag of the follower `brokerId`, a member of its ISR, and removes
   * it from the ISR or keeps it.
   */
  memberJudged(
    partition: ObservedPartition,
    brokerId: number,
    lag: MemberLagSummary,
    isRemoved: boolean,
  ): void;
  /** As a leader, this replica answers a consumer of this isolation level that requests the latest offset. */
  latestOffsetAnswered(
    partition: ObservedPartition,
    isolationLevel: 0 | 1,
    offset: number,
    ends: ReadableEndsSummary,
  ): void;
  /** As a follower, this replica uses a fetch response. */
  fetchAnswerUsed(partition: ObservedPartition, answer: FetchAnswerSummary): void;
  /**
   * As a leader, this replica counts these members of the ISR, including those of a pending change
   * (KIP-497).
   */
  maximalIsrChanged(partition: ObservedPartition, members: readonly number[], leaderEpoch: number): void;
  /** As a leader, this replica applied the controller's answer to an ISR that it proposed. */
  isrAnswered(partition: ObservedPartition, answer: IsrAnswerSummary): void;
  /**
   * As a leader, this replica accepted a fetch that names a leader epoch other than its own; −1: the fetch
   * names none.
   */
  unfencedFetch(partition: ObservedPartition, requestedEpoch: number, leaderEpoch: number): void;
  /**
   * As a leader, this replica was asked for the end of `requestedEpoch`, which is not newer than its own
   * epoch, and did not know it.
   */
  epochUnknown(partition: ObservedPartition, requestedEpoch: number, leaderEpoch: number): void;
}

/** The active controller alone. */
export interface ControllerObserver {
  /** The topic is deleted: its partitions and their records are gone from the metadata. */
  topicDeleted(topicId: string): void;
  /** The committed state of a partition changed. Brokers by id; `leader` −1: none. */
  partitionChanged(partition: ObservedPartition, state: PartitionStateSummary): void;
  /**
   * The controller accepts the ISR that a leader proposed, with the broker epochs that the
   * leader saw (−1: unknown) and the partition state for which it was proposed.
   */
  isrAccepted(
    partition: ObservedPartition,
    members: readonly { readonly brokerId: number; readonly brokerEpoch: number }[],
    proposedFor: { readonly leaderEpoch: number; readonly partitionEpoch: number },
  ): void;
  /** A broker registered, was fenced, was unfenced, or requested its shutdown. */
  brokerChanged(
    brokerId: number,
    brokerEpoch: number,
    state: 'registered' | 'fenced' | 'unfenced' | 'shutting-down',
  ): void;
  /** The controller unfences a broker on this heartbeat. */
  brokerLetServe(brokerId: number, heartbeat: UnfencingSummary): void;
  /** The controller permitted a broker in controlled shutdown to stop, in this state, and is about to say so: all changes before are committed. */
  brokerLetGo(brokerId: number, state: ShutdownSummary): void;
  /**
   * The metadata below `highWatermark` is committed; the metadata below `syncedEndOffset`
   * is on disk.
   */
  metadataCommitted(highWatermark: number, syncedEndOffset: number): void;
}

/**
 * The arrival time of the latest fetch in a fetch session, by the leader's wall clock. The value changes
 * during the session.
 */
export interface FetchClockSummary {
  readonly lastFetchMillis: number;
}

/** What a leader knows of a replica that it proposes for its ISR. */
export interface IsrCandidateSummary {
  /** The leader epoch of the follower's last fetch; −1: it has not fetched in this leadership. */
  readonly lastFetchLeaderEpoch: number;
  /** −1: the fetch carried none. */
  readonly fetchBrokerEpoch: number;
  /** −1: the broker is not registered. */
  readonly metadataBrokerEpoch: number;
  readonly fenced: boolean;
  readonly shuttingDown: boolean;
}

/** The data by which a leader decides whether a follower may stay in its ISR. */
export interface MemberLagSummary {
  readonly followerEndOffset: number;
  readonly leaderEndOffset: number;
  readonly lastCaughtUpMillis: number;
  readonly nowMillis: number;
  readonly lagTimeMaxMillis: number;
}

/** The end offsets up to which consumers may read a leader's log, and the start of the leader's epoch. */
export interface ReadableEndsSummary {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logEndOffset: number;
  readonly leaderEpochStartOffset: number;
}

/** The members of the ISR that a leader counts, before and after an answer of the controller. */
export interface IsrAnswerSummary {
  readonly errorCode: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The first record of `leaderEpoch` has the offset `startOffset`. */
export interface EpochSummary {
  readonly leaderEpoch: number;
  readonly startOffset: number;
}

export interface RecoveredStateSummary {
  readonly logEndOffset: number;
  /** The epochs that remain in the log, ascending. */
  readonly epochs: readonly EpochSummary[];
  /** Everything that was verified or truncated is on disk. */
  readonly isSynced: boolean;
  /**
   * The offset of the first batch that recovery verified and kept although its CRC does not match its
   * bytes; −1: none.
   */
  readonly corruptOffset: number;
}

/** The state kept beside a log, after a truncation. */
export interface TruncatedStateSummary {
  /** The truncation is on disk. */
  readonly isSynced: boolean;
  readonly logEndOffset: number;
  /** Ascending. */
  readonly epochs: readonly EpochSummary[];
  /** The log counts everything below this offset as on disk. */
  readonly recoveryPoint: number;
  /** The offset after the last remembered batch of any producer; 0: no batch is remembered. */
  readonly producersEndOffset: number;
}

/** A batch with the numbers that its producer gave it (KIP-98). */
export interface ProducerBatchSummary {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

/** The request of a follower, and the follower's state when the response arrives. */
export interface FetchAnswerSummary {
  readonly requestedOffset: number;
  readonly requestedLeaderEpoch: number;
  readonly logEndOffset: number;
  readonly currentLeaderEpoch: number;
}

export interface UnfencingSummary {
  readonly wantFence: boolean;
  /** The last metadata offset that the broker has applied. */
  readonly currentMetadataOffset: number;
  readonly registrationOffset: number;
}

export interface ShutdownSummary {
  readonly hasLeaderships: boolean;
  /** The metadata offset at which the broker's leaderships had been moved. */
  readonly controlledShutdownOffset: number;
  /** The lowest metadata offset that a live broker has reported; Infinity: no broker is live. */
  readonly lowestActiveOffset: number;
}

/** Why a log begins at a higher offset. `records deletion`: DeleteRecords. `leader`: the leader's log begins there. */
export type LogStartReason = 'segment deletion' | 'records deletion' | 'leader';

/** A segment that retention deletes, and the facts by which it may be deleted. */
export interface DeletedSegmentSummary {
  /** Exclusive. */
  readonly endOffset: number;
  readonly sizeBytes: number;
  readonly largestTimestamp: number;
  /** The bytes of the log with this segment. */
  readonly logSizeBytes: number;
  readonly highWatermark: number;
  /** By the wall clock of the broker. */
  readonly nowMillis: number;
}

/** The identity of one batch: two replicas agree on an offset range if all these fields are equal. */
export interface BatchSummary {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  /** The batch's CRC-32C: covers everything but baseOffset, batchLength and partitionLeaderEpoch. */
  readonly crc: number;
}

export interface PartitionStateSummary {
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly replicas: readonly number[];
  readonly partitionEpoch: number;
  /** This change elected a leader from outside the ISR. */
  readonly unclean: boolean;
}
