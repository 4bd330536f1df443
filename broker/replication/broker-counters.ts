/**
 * What a broker process has counted since its start, by the names of Kafka's meters (BrokerTopicStats,
 * `kafka.server:type=ReplicaManager`). The broker never reads the counts back.
 */
export class BrokerCounters {
  /** Records that this broker appended as a leader (MessagesInPerSec). */
  messagesIn = 0;
  /** Bytes of produced batches (BytesInPerSec). */
  bytesIn = 0;
  /** Bytes sent to consumers (BytesOutPerSec). */
  bytesOut = 0;
  /** Partitions in produce requests that were answered with an error (FailedProduceRequestsPerSec). */
  failedProduceRequests = 0;
  /** Partitions in fetch requests that were answered with an error (FailedFetchRequestsPerSec). */
  failedFetchRequests = 0;
  /** IsrShrinksPerSec. */
  isrShrinks = 0;
  /** IsrExpandsPerSec. */
  isrExpands = 0;
}
