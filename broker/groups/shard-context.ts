/** What the parts of one coordinator shard share. */
import type { ServerConfig } from '../config/definitions.js';
import type { Logger } from '../env.js';
import type { ErrorName } from '../protocol/errors.js';
import type { GroupRecord } from '../protocol/group-records.js';

/** Called when the records of a decision are committed (NONE), or with the error for which they are not. */
export type Appended = (error: ErrorName) => void;

export interface ShardDecision {
  readonly records: readonly GroupRecord[];
  readonly appended: Appended;
}

const noEffect: Appended = () => {};

/** No records, and nothing that waits for earlier ones. */
export const NO_DECISION: ShardDecision = { records: [], appended: noEffect };

export const decide = (records: readonly GroupRecord[], appended: Appended = noEffect): ShardDecision => ({
  records,
  appended,
});

/** Timers of one loaded shard. What a timer decides is appended like the decision of a request. */
export interface ShardTimers {
  schedule(key: string, delayMs: number, decide: () => ShardDecision): void;
  cancel(key: string): void;
}

export interface ShardContext {
  readonly config: ServerConfig;
  readonly timers: ShardTimers;
  readonly logger: Logger;
  nowMillis(): number;
  /** The text of a new random uuid. */
  newUuid(): string;
}

/**
 * What a client gets when the append failed (org.apache.kafka.coordinator.group.GroupMetadataManager
 * #appendGroupMetadataErrorToResponseError): the client looks for the coordinator again and repeats the request.
 */
export function responseErrorOf(appendError: ErrorName): ErrorName {
  switch (appendError) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR';
    default:
      return appendError;
  }
}
