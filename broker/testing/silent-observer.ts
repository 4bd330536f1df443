import type { Observer } from '../observer.js';

const nothing = (): void => {};

/** Hears everything and says nothing; tests put in what they listen to. */
export const silentObserver: Observer = {
  logOpened: nothing,
  appended: nothing,
  checksumSkipped: nothing,
  truncated: nothing,
  highWatermarkMoved: nothing,
  roleChanged: nothing,
  produceAdmitted: nothing,
  sequenceRefused: nothing,
  acknowledged: nothing,
  served: nothing,
  shutDownCleanly: nothing,
  isrProposed: nothing,
  followerKnown: nothing,
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
  partitionChanged: nothing,
  isrAccepted: nothing,
  brokerChanged: nothing,
  brokerLetServe: nothing,
  brokerLetGo: nothing,
  metadataCommitted: nothing,
  producerIdsGiven: nothing,
  mark: nothing,
};
