import { type ControllerRules, controllerRules } from './controller/index.js';
import { type LogRules, logRules } from './log/index.js';
import { type ReplicationRules, replicationRules } from './replication/index.js';

/**
 * Every decision that the safety of data rests on, as a pure function that names the KIP behind it. A
 * broker or a controller receives the whole set and takes no such decision itself. A historic bug is one of
 * these functions as Kafka once had it, passed in instead of the present one.
 */
export interface BrokerRules extends LogRules, ReplicationRules, ControllerRules {}

/** The rules of Apache Kafka 4.x. */
export const kafkaRules: BrokerRules = { ...logRules, ...replicationRules, ...controllerRules };
