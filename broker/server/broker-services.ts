/** The objects that the request handlers of one broker use. */

import type { Properties } from '../config/definitions.js';
import type { GroupCoordinator } from '../groups/group-coordinator.js';
import type { FetchSessionCache } from '../replication/fetch-session.js';
import type { ReplicaTable } from '../replication/replica-table.js';
import type { BrokerLifecycle } from './broker-lifecycle.js';
import type { OffsetsTopic } from './offsets-topic.js';
import type { ProducerIdSource } from './producer-id-source.js';
import type { TopicCreator } from './topic-creator.js';

export interface BrokerServices {
  readonly brokerId: number;
  readonly clusterId: string;
  /** The properties of the process. */
  readonly properties: Properties;
  /** As DescribeLogDirs names it. */
  readonly logDirectory: string;
  readonly replicas: ReplicaTable;
  readonly sessions: FetchSessionCache;
  readonly lifecycle: BrokerLifecycle;
  readonly producerIds: ProducerIdSource;
  readonly topicCreator: TopicCreator;
  readonly groups: GroupCoordinator;
  readonly offsetsTopic: OffsetsTopic;
}
