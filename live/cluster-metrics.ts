/**
 * The metrics of a live cluster, by Kafka's MBeans as the JMX exporter of Prometheus names them. Counts begin at the start
 * of a broker's process; a broker that is down has none. Consumer lag is counted by the broker that coordinates the
 * group, from committed offset to high watermark; its name is that of kafka_exporter.
 */
import type { MetadataImage } from '../broker/metadata/metadata-image.js';
import type { PartitionRegistration } from '../broker/metadata/partition-registration.js';
import type { BrokerServer } from '../broker/server/broker-server.js';
import type { LiveCluster } from './live-cluster.js';
import type { Metric, MetricSample } from './prometheus.js';

interface RunningBroker {
  readonly broker: number;
  readonly server: BrokerServer;
}

export function clusterMetrics(cluster: LiveCluster): readonly Metric[] {
  const image = cluster.controller.server?.image ?? null;
  const running = cluster.brokers.flatMap(({ server }, index) =>
    server === null ? [] : [{ broker: index + 1, server }],
  );
  return [
    ...(image === null ? [] : controllerMetrics(image)),
    ...(running.length === 0 ? [] : brokerMetrics(running)),
    ...counters(running),
    ...logMetrics(running),
    ...lagMetrics(running, cluster),
  ];
}

function controllerMetrics(image: MetadataImage): readonly Metric[] {
  const partitions = [...image.partitions.values()];
  const brokers = [...image.brokers.values()];
  const gauge = (name: string, help: string, value: number): Metric => ({
    name: `kafka_controller_kafkacontroller_${name}`,
    type: 'gauge',
    help,
    samples: [{ labels: {}, value }],
  });
  const isImbalanced = ({ leader, replicas }: PartitionRegistration): boolean => leader !== replicas[0];
  return [
    gauge('activecontrollercount', 'Controllers that lead the metadata quorum.', 1),
    gauge(
      'offlinepartitionscount',
      'Partitions without a leader.',
      count(partitions, ({ leader }) => leader < 0),
    ),
    gauge(
      'preferredreplicaimbalancecount',
      'Partitions that their preferred replica does not lead.',
      count(partitions, isImbalanced),
    ),
    gauge('globaltopiccount', 'Topics.', image.topics.size),
    gauge('globalpartitioncount', 'Partitions.', partitions.length),
    gauge(
      'activebrokercount',
      'Brokers that are registered and not fenced.',
      count(brokers, ({ fenced }) => !fenced),
    ),
    gauge(
      'fencedbrokercount',
      'Brokers that are registered and fenced.',
      count(brokers, ({ fenced }) => fenced),
    ),
  ];
}

/** As each broker knows its partitions. */
function brokerMetrics(running: readonly RunningBroker[]): readonly Metric[] {
  const gauge = (name: string, help: string, measure: (server: BrokerServer) => number): Metric => ({
    name: `kafka_server_replicamanager_${name}`,
    type: 'gauge',
    help,
    samples: running.map(({ broker, server }) => ({ labels: { broker }, value: measure(server) })),
  });
  const led = (server: BrokerServer) => (server.replicas?.all ?? []).flatMap(({ leader }) => leader ?? []);
  return [
    gauge(
      'underreplicatedpartitions',
      'Led partitions with fewer replicas in sync than assigned.',
      (server) => count(led(server), ({ isr, replicas }) => isr.isr.length < replicas.length + 1),
    ),
    gauge(
      'underminisrpartitioncount',
      'Led partitions with fewer replicas in sync than min.insync.replicas.',
      (server) => count(led(server), ({ isr, minInsyncReplicas }) => isr.isr.length < minInsyncReplicas),
    ),
    gauge(
      'atminisrpartitioncount',
      'Led partitions with as many replicas in sync as min.insync.replicas.',
      (server) => count(led(server), ({ isr, minInsyncReplicas }) => isr.isr.length === minInsyncReplicas),
    ),
    gauge('partitioncount', 'Replicas on the broker.', (server) => server.replicas?.all.length ?? 0),
    gauge('leadercount', 'Partitions that the broker leads.', (server) => led(server).length),
  ];
}

function counters(running: readonly RunningBroker[]): readonly Metric[] {
  const counter = (name: string, help: string, measure: (server: BrokerServer) => number): Metric => ({
    name: `kafka_server_${name}_total`,
    type: 'counter',
    help,
    samples: running.map(({ broker, server }) => ({ labels: { broker }, value: measure(server) })),
  });
  return [
    counter(
      'replicamanager_isrshrinks',
      'Changes that made an ISR smaller.',
      ({ counters: { isrShrinks } }) => isrShrinks,
    ),
    counter(
      'replicamanager_isrexpands',
      'Changes that made an ISR larger.',
      ({ counters: { isrExpands } }) => isrExpands,
    ),
    counter(
      'brokertopicmetrics_messagesin',
      'Records appended as leader.',
      ({ counters: { messagesIn } }) => messagesIn,
    ),
    counter(
      'brokertopicmetrics_bytesin',
      'Bytes of produced batches.',
      ({ counters: { bytesIn } }) => bytesIn,
    ),
    counter(
      'brokertopicmetrics_bytesout',
      'Bytes sent to consumers.',
      ({ counters: { bytesOut } }) => bytesOut,
    ),
    counter(
      'brokertopicmetrics_failedproducerequests',
      'Partitions of produce requests that were answered with an error.',
      ({ counters: { failedProduceRequests } }) => failedProduceRequests,
    ),
    counter(
      'brokertopicmetrics_failedfetchrequests',
      'Partitions of fetch requests that were answered with an error.',
      ({ counters: { failedFetchRequests } }) => failedFetchRequests,
    ),
  ];
}

function logMetrics(running: readonly RunningBroker[]): readonly Metric[] {
  const replicas = running.flatMap(({ broker, server }) =>
    (server.replicas?.all ?? []).map(({ id, log }) => ({
      labels: { broker, topic: id.topic, partition: id.index },
      log,
    })),
  );
  type Log = (typeof replicas)[number]['log'];
  const gauge = (name: string, help: string, measure: (log: Log) => number): Metric => ({
    name: `kafka_log_log_${name}`,
    type: 'gauge',
    help,
    samples: replicas.map(({ labels, log }) => ({ labels, value: measure(log) })),
  });
  return [
    gauge('logstartoffset', 'The first offset of a log.', ({ logStartOffset }) => logStartOffset),
    gauge('logendoffset', 'The offset of the next record of a log.', ({ logEndOffset }) => logEndOffset),
    gauge('size', 'The size of a log in bytes.', ({ sizeBytes }) => sizeBytes),
  ];
}

function lagMetrics(running: readonly RunningBroker[], cluster: LiveCluster): readonly Metric[] {
  const offsets: MetricSample[] = [];
  const lags: MetricSample[] = [];
  for (const { server } of running)
    for (const { groupId, topic, partition, offset } of server.committedOffsets()) {
      const labels = { consumergroup: groupId, topic, partition };
      offsets.push({ labels, value: offset });
      const end = endOf(cluster, topic, partition);
      if (end !== null) lags.push({ labels, value: Math.max(0, end - offset) });
    }
  const gauge = { type: 'gauge' } as const;
  return [
    {
      ...gauge,
      name: 'kafka_consumergroup_current_offset',
      help: 'The committed offset of a group.',
      samples: offsets,
    },
    {
      ...gauge,
      name: 'kafka_consumergroup_lag',
      help: 'Records from the committed offset of a group to the end of the readable ones.',
      samples: lags,
    },
  ];
}

/** The high watermark at the leader; null: there is none. */
function endOf(cluster: LiveCluster, topic: string, partition: number): number | null {
  for (const { server } of cluster.brokers) {
    const replica = server?.replicas?.find(topic, partition);
    if (replica?.leader != null) return replica.highWatermark;
  }
  return null;
}

const count = <T>(all: readonly T[], matches: (each: T) => boolean): number => all.filter(matches).length;
