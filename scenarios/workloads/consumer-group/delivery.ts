/**
 * What the processing of a group may lose, repeat and reorder, derived from its settings. A scenario's group promises
 * by default what its settings permit it to promise.
 *
 * Sources: KafkaConsumer ("Offsets and Consumer Position", "Storing Offsets Outside Kafka"), KIP-62, KIP-429.
 */
import { resolveConsumerConfig } from '../../../broker/config/definitions.js';
import type { DeliveryPromise } from '../../invariants/group-checker.js';
import type { ConsumerGroupSettings } from './settings.js';

interface Delivery {
  readonly mayLose: boolean;
  readonly mayRepeat: boolean;
  readonly mayReorder: boolean;
}

export type DeliverySettings = Pick<
  ConsumerGroupSettings,
  'commit' | 'effects' | 'fencesResults' | 'failsOneIn' | 'onFailure' | 'consumerConfig'
>;

function deliveryOf(settings: DeliverySettings): Delivery {
  const { mayLose, mayRepeat, mayReorder } = byCommit(settings);
  const isLatest = resolveConsumerConfig(settings.consumerConfig)['auto.offset.reset'] === 'latest';
  return {
    // A partition without a committed offset begins at its end. Stored offsets need no reset.
    mayLose: mayLose || (isLatest && settings.commit !== 'with-results'),
    // A look-up and an insert are two steps, and a zombie may stand between them.
    mayRepeat: mayRepeat && settings.effects !== 'unique-key',
    mayReorder,
  };
}

function byCommit({ commit, fencesResults, failsOneIn, onFailure }: DeliverySettings): Delivery {
  if (failsOneIn > 0) return byFailure(onFailure);
  switch (commit) {
    case 'after-processing':
    case 'auto':
      // The next owner begins at or below whatever a zombie still works on.
      return { mayLose: false, mayRepeat: true, mayReorder: false };
    case 'before-processing':
      // The next owner begins behind what a zombie still works on.
      return { mayLose: true, mayRepeat: false, mayReorder: true };
    case 'auto-aside':
    case 'position-per-record':
      return { mayLose: true, mayRepeat: true, mayReorder: true };
    case 'with-results':
      return fencesResults
        ? { mayLose: false, mayRepeat: false, mayReorder: false }
        : { mayLose: false, mayRepeat: true, mayReorder: false };
  }
}

function byFailure(onFailure: DeliverySettings['onFailure']): Delivery {
  const isPublished = onFailure === 'publish-then-commit' || onFailure === 'commit-then-publish';
  return {
    mayLose: onFailure === 'skip' || onFailure === 'commit-then-publish',
    mayRepeat: true,
    // The records behind the failed one are processed before its copy is.
    mayReorder: isPublished,
  };
}

export function promisesOf(settings: DeliverySettings): readonly DeliveryPromise[] {
  const { mayLose, mayRepeat, mayReorder } = deliveryOf(settings);
  return [
    ...(mayLose ? [] : (['no-loss'] as const)),
    ...(mayRepeat ? [] : (['no-repeat'] as const)),
    ...(mayReorder ? [] : (['order'] as const)),
  ];
}
