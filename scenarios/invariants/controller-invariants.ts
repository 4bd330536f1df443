/** Invariants of the active controller: its decisions about brokers, and the commitment of its metadata. */
import type { Invariant } from './invariant.js';
import { epochs } from './phrases.js';

export const unfencedTooEarly: Invariant = {
  name: 'unfenced-too-early',
  meaning: 'The controller unfenced a broker that had not applied the metadata up to its own registration.',
  source: 'KIP-631',
  sentence: (w) =>
    `the controller unfences ${w.host}, which has not applied the metadata up to its own registration`,
};

export const shutDownTooEarly: Invariant = {
  name: 'shut-down-too-early',
  meaning:
    'The controller let a broker shut down that still led partitions, or that other brokers still believed to lead.',
  source: 'KIP-631',
  sentence: (w) =>
    `the controller lets ${w.host} shut down although it leads partitions, or other brokers believe that it does`,
};

export const producerIdsTwice: Invariant = {
  name: 'producer-ids-twice',
  meaning: 'The controller allocated the same producer ids to two brokers.',
  source: 'KIP-730',
  sentence: (w) =>
    `${w.host} is allocated producer ids from ${w.firstProducerId}, some of which were allocated to ${w.other}`,
};

export const metadataUnsynced: Invariant = {
  name: 'metadata-unsynced',
  meaning: 'The controller treated metadata as committed that a power loss could still remove.',
  source: 'KIP-595, LeaderState.maybeUpdateHighWatermark',
  sentence: (w) =>
    `${w.host} treats the metadata below ${w.highWatermark} as committed; its disk has only the metadata below ${w.syncedEndOffset}`,
};

export const metadataRegress: Invariant = {
  name: 'metadata-regress',
  meaning: 'The controller changed a partition from an older state than the one it had published.',
  source: 'KIP-595',
  sentence: (w) =>
    `the controller changes ${w.partition} from an older state than the published one (${epochs(w)})`,
};

/** In the order of the documentation. */
export const controllerInvariants: readonly Invariant[] = [
  unfencedTooEarly,
  shutDownTooEarly,
  producerIdsTwice,
  metadataUnsynced,
  metadataRegress,
];
