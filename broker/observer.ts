/**
 * What a broker and a controller tell an onlooker, as it happens. All of it is optional to have and free of effect:
 * checkers and reports are built on it, the broker never reads it back. `partition` is `<topic>-<index>`.
 */
export interface Observer {
  /** The log of a replica was opened (start or restart), holding these batches; after recovery. */
  logOpened(
    partition: string,
    logStartOffset: number,
    logEndOffset: number,
    batches: readonly BatchSummary[],
  ): void;
  /** One record batch was written to this replica's log and became readable in it. */
  appended(partition: string, batch: BatchSummary, role: 'leader' | 'follower'): void;
  /** The checksum of what is to be appended at `offset` is not compared with its bytes. */
  checksumSkipped(partition: string, offset: number): void;
  /** Records at and above `offset` were removed from this replica's log. */
  truncated(partition: string, offset: number, reason: string): void;
  /** The replica's high watermark (exclusive) is now `offset`; also after start and after a role change. */
  highWatermarkMoved(partition: string, offset: number, role: 'leader' | 'follower'): void;
  /** This replica starts to act as leader / follower in `leaderEpoch`. */
  roleChanged(partition: string, role: 'leader' | 'follower' | 'offline', leaderEpoch: number): void;
  /** As a leader, with so many members in the ISR that it knows of, this replica takes a produce on to its log. */
  produceAdmitted(partition: string, acks: number, isrSize: number): void;
  /** As a leader of `leaderEpoch` this replica refuses a batch for its place in the sequence of its producer. */
  sequenceRefused(partition: string, batch: ProducerBatchSummary, leaderEpoch: number): void;
  /** A produce was answered without error. `lastOffset` inclusive; −1 where `acks=0`. */
  acknowledged(
    partition: string,
    baseOffset: number,
    lastOffset: number,
    leaderEpoch: number,
    acks: number,
  ): void;
  /** A consumer was handed records [fromOffset, endOffset) by this replica while its high watermark was `highWatermark`. */
  served(partition: string, fromOffset: number, endOffset: number, highWatermark: number): void;
  /** The broker marks its shutdown as clean. */
  shutDownCleanly(): void;
  /** As a leader this replica proposes to take the replica of `brokerId` into the ISR, knowing this of it. */
  isrProposed(partition: string, brokerId: number, leaderEpoch: number, candidate: IsrCandidateSummary): void;
  /**
   * This replica begins to lead in a new epoch, at `nowMillis` of its wall clock, with `logEndOffset` as the log end of the
   * follower `brokerId` (−1: unknown). `wasLeader`: it led in the epoch before as well.
   */
  followerKnown(
    partition: string,
    brokerId: number,
    logEndOffset: number,
    wasLeader: boolean,
    nowMillis: number,
  ): void;
  /** As a leader this replica got a fetch of the follower `brokerId`; `clock` goes on with the follower's fetch session. */
  followerFetched(partition: string, brokerId: number, fetchOffset: number, clock: FetchClockSummary): void;
  /** As a leader this replica has looked how far the follower `brokerId`, a member of its ISR, lags behind, and removes it or not. */
  memberJudged(partition: string, brokerId: number, lag: MemberLagSummary, isRemoved: boolean): void;
  /** As a leader this replica answers a consumer of this isolation level that asks for the latest offset. */
  latestOffsetAnswered(
    partition: string,
    isolationLevel: 0 | 1,
    offset: number,
    ends: ReadableEndsSummary,
  ): void;
  /** What a start made of this replica's log; after `logOpened`. */
  recoveryDone(partition: string, state: RecoveredStateSummary): void;
  /** Everything of this replica's log below `recoveryPoint` is on disk, as far as the disk says. */
  flushed(partition: string, recoveryPoint: number): void;
  /** What belongs to a log has followed a cut of its end: see the fields. */
  truncationDone(partition: string, state: TruncatedStateSummary): void;
  /** An operation on the files of this replica's log failed. */
  storageFailed(partition: string, logEndOffset: number): void;
  /** As a follower this replica goes by an answer to a fetch. */
  fetchAnswerUsed(partition: string, answer: FetchAnswerSummary): void;
  /** As a leader this replica reckons with these members of the ISR, those of a change under way included (KIP-497). */
  maximalIsrChanged(partition: string, members: readonly number[], leaderEpoch: number): void;
  /** As a leader this replica has drawn its conclusions from the controller's answer to an ISR that it proposed. */
  isrAnswered(partition: string, answer: IsrAnswerSummary): void;
  /** As a leader this replica took a fetch that names another leader epoch than its own; −1 names none. */
  unfencedFetch(partition: string, requestedEpoch: number, leaderEpoch: number): void;
  /** As a leader this replica was asked where `requestedEpoch`, not newer than its own, ended, and did not know. */
  epochUnknown(partition: string, requestedEpoch: number, leaderEpoch: number): void;
  /** Controller only: the committed state of a partition changed. Brokers by id; leader −1: none. */
  partitionChanged(partition: string, state: PartitionStateSummary): void;
  /**
   * Controller only: it takes over the ISR that a leader proposed, with the broker epochs that the leader saw (−1: unknown)
   * and the state of the partition that it was proposed for.
   */
  isrAccepted(
    partition: string,
    members: readonly { readonly brokerId: number; readonly brokerEpoch: number }[],
    proposedFor: { readonly leaderEpoch: number; readonly partitionEpoch: number },
  ): void;
  /** Controller only: a broker registered, was fenced, unfenced or asked to shut down. */
  brokerChanged(
    brokerId: number,
    brokerEpoch: number,
    state: 'registered' | 'fenced' | 'unfenced' | 'shutting-down',
  ): void;
  /** Controller only: on this heartbeat it lets a fenced broker serve. */
  brokerLetServe(brokerId: number, heartbeat: UnfencingSummary): void;
  /** Controller only: it lets a broker in controlled shutdown go, in this state of things. */
  brokerLetGo(brokerId: number, state: ShutdownSummary): void;
  /** Controller only: the metadata below `highWatermark` count from now on; those below `syncedEndOffset` are on disk. */
  metadataCommitted(highWatermark: number, syncedEndOffset: number): void;
  /** This broker was given the producer ids from `firstProducerId` on to hand out. */
  producerIdsGiven(firstProducerId: number, count: number): void;
  /** Something rare and worth counting happened: `follower truncated after election`. */
  mark(name: string): void;
}

/** When the latest fetch in a fetch session arrived, by the leader's wall clock; the value changes while the session lasts. */
export interface FetchClockSummary {
  readonly lastFetchMillis: number;
}

/** What a leader knows of a replica that it wants in its ISR. */
export interface IsrCandidateSummary {
  /** The leader epoch of its last fetch; −1: it has not fetched in this leadership. */
  readonly lastFetchLeaderEpoch: number;
  /** −1: the fetch carried none. */
  readonly fetchBrokerEpoch: number;
  /** −1: not registered. */
  readonly metadataBrokerEpoch: number;
  readonly fenced: boolean;
  readonly shuttingDown: boolean;
}

/** What a leader goes by when it asks whether a follower may stay in its ISR. */
export interface MemberLagSummary {
  readonly followerEndOffset: number;
  readonly leaderEndOffset: number;
  readonly lastCaughtUpMillis: number;
  readonly nowMillis: number;
  readonly lagTimeMaxMillis: number;
}

/** How far consumers may read a leader's log, and where its epoch begins. */
export interface ReadableEndsSummary {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logEndOffset: number;
  readonly leaderEpochStartOffset: number;
}

/** Members of the ISR that a leader reckons with, before an answer of the controller and after it. */
export interface IsrAnswerSummary {
  readonly errorCode: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** `leaderEpoch` began with the record at `startOffset`. */
export interface EpochSummary {
  readonly leaderEpoch: number;
  readonly startOffset: number;
}

export interface RecoveredStateSummary {
  readonly logEndOffset: number;
  /** What is kept of the epochs of the log, ascending. */
  readonly epochs: readonly EpochSummary[];
  /** What was verified, and maybe cut, is on disk. */
  readonly isSynced: boolean;
  /** The first batch that was verified and kept, and whose CRC does not fit its bytes; −1: there is none. */
  readonly corruptOffset: number;
}

/** What is kept beside a log and is about its records. */
export interface TruncatedStateSummary {
  /** The cut is on disk. */
  readonly isSynced: boolean;
  readonly logEndOffset: number;
  /** Ascending. */
  readonly epochs: readonly EpochSummary[];
  /** Everything below is taken to be on disk. */
  readonly recoveryPoint: number;
  /** Behind the last batch that is remembered of any producer; 0: of none. */
  readonly producersEndOffset: number;
}

/** A batch as its producer numbers it (KIP-98). */
export interface ProducerBatchSummary {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

/** What was asked for, and where the follower stands when the answer comes. */
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
  /** The metadata offset at which its leaderships had been moved. */
  readonly controlledShutdownOffset: number;
  /** The least metadata offset that a live broker has reported; Infinity when there is none. */
  readonly lowestActiveOffset: number;
}

/** The identity of one batch: two replicas agree on an offset range when all of these are equal. */
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
