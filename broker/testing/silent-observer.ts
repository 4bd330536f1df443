import type {
  BrokerObserver,
  ControllerObserver,
  LogObserver,
  Observer,
  ReplicationObserver,
} from '../observer.js';

export type EveryMethod = BrokerObserver &
  LogObserver &
  ReplicationObserver &
  ControllerObserver &
  Pick<Observer, 'mark'>;

const nothing = (): void => {};

const silent: EveryMethod = {
  logOpened: nothing,
  appended: nothing,
  logStartMoved: nothing,
  logStartCheckpointed: nothing,
  segmentDeleted: nothing,
  startedAfresh: nothing,
  compacted: nothing,
  checksumSkipped: nothing,
  truncated: nothing,
  highWatermarkMoved: nothing,
  roleChanged: nothing,
  produceAdmitted: nothing,
  sequenceRefused: nothing,
  acknowledged: nothing,
  served: nothing,
  recordsDeleted: nothing,
  logsOpened: nothing,
  shutDownCleanly: nothing,
  isrProposed: nothing,
  followerKnown: nothing,
  followerFetched: nothing,
  memberJudged: nothing,
  latestOffsetAnswered: nothing,
  recoveryDone: nothing,
  flushed: nothing,
  truncationDone: nothing,
  storageFailed: nothing,
  fetchAnswerUsed: nothing,
  maximalIsrChanged: nothing,
  isrAnswered: nothing,
  unfencedFetch: nothing,
  epochUnknown: nothing,
  topicDeleted: nothing,
  partitionChanged: nothing,
  isrAccepted: nothing,
  brokerChanged: nothing,
  brokerLetServe: nothing,
  brokerLetGo: nothing,
  metadataCommitted: nothing,
  producerIdsGiven: nothing,
  mark: nothing,
};

/** An observer of these events; it ignores all others. */
export function observing(heard: Partial<EveryMethod>): Observer {
  const all = { ...silent, ...heard };
  return { broker: all, log: all, replication: all, controller: all, mark: all.mark };
}
