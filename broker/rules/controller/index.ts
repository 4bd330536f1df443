import { acceptMetadataBatch } from './accept-metadata-batch.js';
import { checkAlterPartition } from './check-alter-partition.js';
import { checkBrokerEpoch } from './check-broker-epoch.js';
import { checkMetadataFetch } from './check-metadata-fetch.js';
import { checkRegistration } from './check-registration.js';
import { electLeader } from './elect-leader.js';
import { isSessionExpired } from './is-session-expired.js';
import { isrAfterRemoval } from './isr-after-removal.js';
import { isrMemberEligible } from './isr-member-eligible.js';
import { mayLead } from './may-lead.js';
import { mayShutDown } from './may-shut-down.js';
import { mayUnfence } from './may-unfence.js';
import { metadataHighWatermark } from './metadata-high-watermark.js';
import { needsLeaderEpochBump } from './needs-leader-epoch-bump.js';
import { nextLeaderEpoch } from './next-leader-epoch.js';
import { nextProducerIds } from './next-producer-ids.js';

/** All controller rules in one type; each rule has its own file in this folder. */
export interface ControllerRules {
  readonly acceptMetadataBatch: typeof acceptMetadataBatch;
  readonly checkAlterPartition: typeof checkAlterPartition;
  readonly checkBrokerEpoch: typeof checkBrokerEpoch;
  readonly checkMetadataFetch: typeof checkMetadataFetch;
  readonly checkRegistration: typeof checkRegistration;
  readonly electLeader: typeof electLeader;
  readonly isSessionExpired: typeof isSessionExpired;
  readonly isrAfterRemoval: typeof isrAfterRemoval;
  readonly isrMemberEligible: typeof isrMemberEligible;
  readonly mayLead: typeof mayLead;
  readonly mayShutDown: typeof mayShutDown;
  readonly mayUnfence: typeof mayUnfence;
  readonly metadataHighWatermark: typeof metadataHighWatermark;
  readonly needsLeaderEpochBump: typeof needsLeaderEpochBump;
  readonly nextLeaderEpoch: typeof nextLeaderEpoch;
  readonly nextProducerIds: typeof nextProducerIds;
}

export const controllerRules: ControllerRules = {
  acceptMetadataBatch,
  checkAlterPartition,
  checkBrokerEpoch,
  checkMetadataFetch,
  checkRegistration,
  electLeader,
  isSessionExpired,
  isrAfterRemoval,
  isrMemberEligible,
  mayLead,
  mayShutDown,
  mayUnfence,
  metadataHighWatermark,
  needsLeaderEpochBump,
  nextLeaderEpoch,
  nextProducerIds,
};
