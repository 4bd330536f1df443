/** What the active controller decides about brokers, and when its metadata counts. */
import type { Invariant } from './invariant.js';
import { epochs } from './phrases.js';

export const unfencedTooEarly: Invariant = {
  name: 'unfenced-too-early',
  meaning: 'The controller let a broker serve that did not know the metadata up to its registration.',
  source: 'KIP-631',
  sentence: (w) =>
    `the controller lets ${w.host} serve, which has not read the metadata up to its own registration`,
};

export const shutDownTooEarly: Invariant = {
  name: 'shut-down-too-early',
  meaning: 'The controller let a broker go that still led, or of which others thought so.',
  source: 'KIP-631',
  sentence: (w) =>
    `the controller lets ${w.host} go, which leads, or of which others do not know that it does not`,
};

export const producerIdsTwice: Invariant = {
  name: 'producer-ids-twice',
  meaning: 'The controller gave two brokers the same producer ids to hand out.',
  source: 'KIP-730',
  sentence: (w) =>
    `${w.host} is given producer ids from ${w.firstProducerId} on, some of which ${w.other} was given`,
};

export const metadataUnsynced: Invariant = {
  name: 'metadata-unsynced',
  meaning: 'The controller went by metadata that a power loss could still take from it.',
  source: 'KIP-595, LeaderState.maybeUpdateHighWatermark',
  sentence: (w) =>
    `${w.host} takes the metadata below ${w.highWatermark} for committed; on its disk is only what lies below ${w.syncedEndOffset}`,
};

export const metadataRegress: Invariant = {
  name: 'metadata-regress',
  meaning: 'The controller went back behind what it had told about a partition.',
  source: 'KIP-595',
  sentence: (w) =>
    `the controller changes ${w.partition} from an earlier state than ${epochs(w)}, which it has told`,
};

/** In the order in which they are listed. */
export const controllerInvariants: readonly Invariant[] = [
  unfencedTooEarly,
  shutDownTooEarly,
  producerIdsTwice,
  metadataUnsynced,
  metadataRegress,
];
