/** Every invariant, family by family. */
import { clientsInvariants } from './clients-invariants.js';
import { commitmentInvariants } from './commitment-invariants.js';
import { controllerInvariants } from './controller-invariants.js';
import { deletionInvariants } from './deletion-invariants.js';
import { groupsInvariants } from './groups-invariants.js';
import { inSyncReplicasInvariants } from './in-sync-replicas-invariants.js';
import type { Invariant } from './invariant.js';
import { leadershipInvariants } from './leadership-invariants.js';
import { logInvariants } from './log-invariants.js';

export const invariants: readonly Invariant[] = [
  ...logInvariants,
  ...deletionInvariants,
  ...commitmentInvariants,
  ...leadershipInvariants,
  ...inSyncReplicasInvariants,
  ...controllerInvariants,
  ...clientsInvariants,
  ...groupsInvariants,
];
