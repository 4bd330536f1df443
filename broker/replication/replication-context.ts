/** The objects that all partitions of one broker share. */

import type { ServerConfig } from '../config/definitions.js';
import type { Env } from '../env.js';
import type { MetadataImage } from '../metadata/metadata-image.js';
import type { Observer } from '../observer.js';
import type { BrokerRules } from '../rules/index.js';
import type { BrokerCounters } from './broker-counters.js';
import type { IsrProposals } from './isr-proposals.js';
import type { Wakeups } from './wakeups.js';

export interface ReplicationContext {
  readonly env: Env;
  readonly brokerId: number;
  readonly rules: BrokerRules;
  readonly observer: Observer | null;
  readonly config: ServerConfig;
  /** The broker's own image, which is updated in place. */
  readonly image: MetadataImage;
  readonly proposals: IsrProposals;
  readonly wakeups: Wakeups;
  readonly counters: BrokerCounters;
}
