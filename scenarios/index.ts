/**
 * Every scenario, in the order of presentation: first those whose promise holds, then those that are known to break.
 */
import { acks0, acks0Loses, acks1, acks1LeaderCrash } from './acks.js';
import { answeredErrors } from './answered-errors.js';
import { clocks } from './clocks.js';
import { coldReads } from './cold-reads.js';
import { compaction } from './compaction.js';
import {
  consumerGroupAtLeastOnce,
  consumerGroupAtMostOnce,
  consumerGroupAutoCommit,
  consumerGroupAutoCommitAside,
  consumerGroupCommitsPosition,
  consumerGroupCooperative,
  consumerGroupRepeats,
} from './consumer-groups.js';
import { controllerTrouble } from './controller-trouble.js';
import { brokenDelivery, safeDelivery } from './delivery.js';
import { diskTrouble } from './disk-trouble.js';
import { everythingFlushed, everythingReplicated } from './everything.js';
import type { KafkaScenario } from './experiment/scenario.js';
import { impatientProducers } from './impatient-producers.js';
import { kafkaJsIdempotent, kafkaJsIdempotentLoses, kafkaJsProduces, kafkaJsSpreadLoses } from './kafkajs.js';
import { laggingFollowers } from './lagging-followers.js';
import { leaderCrash } from './leader-crash.js';
import { lostDisks } from './lost-disks.js';
import { lostResponsesIdempotent, lostResponsesRetried, retriesDuplicate } from './lost-responses.js';
import { networkCuts } from './network-cuts.js';
import {
  powerLossFlushed,
  powerLossLoses,
  powerLossUnflushed,
  twoTopicsFlushed,
  twoTopicsUnflushed,
} from './power-loss.js';
import { retention } from './retention.js';
import { shortLivedProducers } from './short-lived-producers.js';
import { oneBroker, twoBrokers } from './small-clusters.js';
import { smallSizes } from './small-sizes.js';
import { threeInSync } from './three-in-sync.js';
import { topicGrows } from './topic-grows.js';
import { topicMadeAgain } from './topic-made-again.js';
import { uncleanElection, uncleanElectionForbidden, uncleanElectionLoses } from './unclean-election.js';
import { unsteadyIsr } from './unsteady-isr.js';
import { withoutIdempotence } from './without-idempotence.js';
import { zombieLeader } from './zombie-leader.js';

export const scenarios: readonly KafkaScenario[] = [
  leaderCrash,
  uncleanElectionForbidden,
  uncleanElection,
  networkCuts,
  diskTrouble,
  coldReads,
  powerLossUnflushed,
  powerLossFlushed,
  twoTopicsUnflushed,
  twoTopicsFlushed,
  zombieLeader,
  lostResponsesIdempotent,
  lostResponsesRetried,
  withoutIdempotence,
  threeInSync,
  oneBroker,
  twoBrokers,
  lostDisks,
  laggingFollowers,
  unsteadyIsr,
  impatientProducers,
  answeredErrors,
  shortLivedProducers,
  clocks,
  controllerTrouble,
  smallSizes,
  topicMadeAgain,
  topicGrows,
  retention,
  compaction,
  everythingFlushed,
  everythingReplicated,
  consumerGroupAtLeastOnce,
  consumerGroupCooperative,
  consumerGroupAutoCommit,
  ...safeDelivery,
  acks1,
  acks0,
  acks1LeaderCrash,
  uncleanElectionLoses,
  powerLossLoses,
  retriesDuplicate,
  consumerGroupAtMostOnce,
  consumerGroupRepeats,
  consumerGroupAutoCommitAside,
  consumerGroupCommitsPosition,
  ...brokenDelivery,
  acks0Loses,
];

/** Scenarios whose clients are programs of other people. Their runs take longer, so the story leaves them out. */
export const guestScenarios: readonly KafkaScenario[] = [
  kafkaJsProduces,
  kafkaJsIdempotent,
  kafkaJsIdempotentLoses,
  kafkaJsSpreadLoses,
];

const leftOutOfStory: readonly KafkaScenario[] = [
  lostResponsesRetried,
  withoutIdempotence,
  oneBroker,
  unsteadyIsr,
  twoBrokers,
  lostDisks,
  laggingFollowers,
  impatientProducers,
  retention,
  coldReads,
  twoTopicsUnflushed,
  twoTopicsFlushed,
  smallSizes,
  compaction,
  everythingFlushed,
  everythingReplicated,
  consumerGroupCooperative,
  consumerGroupAutoCommit,
  ...safeDelivery,
];

/** The scenarios of the story that takes half a minute. The others take long, or differ from one of these in few settings. */
export const storyScenarios: readonly KafkaScenario[] = scenarios.filter(
  (scenario) => !leftOutOfStory.includes(scenario),
);
