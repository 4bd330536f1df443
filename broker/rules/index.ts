import { type ControllerRules, controllerRules } from './controller/index.js';
import { type LogRules, logRules } from './log/index.js';
import { type ReplicationRules, replicationRules } from './replication/index.js';

/**
 * Every decision that the safety of data rests on, as a pure function with the KIP that made it what it is. Brokers and
 * controllers are given the whole set and decide nothing of the kind themselves: a historic bug is one of these
 * functions as it once was, passed in through this door.
 */
export interface BrokerRules extends LogRules, ReplicationRules, ControllerRules {}

/** The rules of Apache Kafka 4.x. */
export const kafkaRules: BrokerRules = { ...logRules, ...replicationRules, ...controllerRules };
