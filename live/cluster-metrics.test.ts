import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterMetrics } from './cluster-metrics.js';
import { ControlServer } from './control-server.js';
import { LiveCluster } from './live-cluster.js';
import { prometheusText } from './prometheus.js';

let cluster: LiveCluster;

beforeAll(async () => {
  const topics = { orders: { partitions: 1, replicationFactor: 3, config: { 'min.insync.replicas': '2' } } };
  const config = {
    'offsets.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    'broker.session.timeout.ms': '1500',
    'broker.heartbeat.interval.ms': '200',
  };
  cluster = await LiveCluster.start({ brokers: 3, topics, config });
});

afterAll(() => cluster.close());

/** The values of one metric, by the value of one label. */
function valuesOf(name: string, label = 'broker'): Record<string, number> {
  const metric = clusterMetrics(cluster).find((each) => each.name === name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return Object.fromEntries(metric.samples.map(({ labels, value }) => [String(labels[label] ?? ''), value]));
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not become so');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the metrics of a live cluster', () => {
  it('count records, committed offsets and lag', async () => {
    const brokers = cluster.bootstrapServers.split(',');
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const admin = kafka.admin();
    await Promise.all([producer.connect(), admin.connect()]);
    await producer.send({ topic: 'orders', messages: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] });
    await admin.setOffsets({
      groupId: 'readers',
      topic: 'orders',
      partitions: [{ partition: 0, offset: '1' }],
    });
    await Promise.all([producer.disconnect(), admin.disconnect()]);
    const leader = String(cluster.state().partitions.find(({ topic }) => topic === 'orders')?.leader);
    expect(valuesOf('kafka_server_brokertopicmetrics_messagesin_total')[leader]).toBeGreaterThanOrEqual(3);
    expect(valuesOf('kafka_consumergroup_current_offset', 'consumergroup')).toEqual({ readers: 1 });
    expect(valuesOf('kafka_consumergroup_lag', 'consumergroup')).toEqual({ readers: 2 });
  });

  it('count what is not in sync while brokers are down, and each shrink and growth of an ISR', async () => {
    const sum = (name: string): number => Object.values(valuesOf(name)).reduce((a, b) => a + b, 0);
    const underReplicated = 'kafka_server_replicamanager_underreplicatedpartitions';
    const underMinIsr = 'kafka_server_replicamanager_underminisrpartitioncount';
    expect([sum(underReplicated), sum(underMinIsr)]).toEqual([0, 0]);
    const faults = ['b2', 'b3'].map((target) => cluster.inject({ kind: 'crash', target }));
    await until(() => valuesOf('kafka_controller_kafkacontroller_activebrokercount', '')[''] === 1);
    await until(
      () =>
        sum(underMinIsr) > 0 ||
        valuesOf('kafka_controller_kafkacontroller_offlinepartitionscount', '')['']! > 0,
    );
    expect(Object.keys(valuesOf(underReplicated))).toEqual(['1']);
    for (const fault of faults) fault.heal();
    await until(() => Object.keys(valuesOf(underReplicated)).length === 3 && sum(underReplicated) === 0);
    expect(sum('kafka_server_replicamanager_isrexpands_total')).toBeGreaterThan(0);
  });

  it('are served as text', async () => {
    const control = await ControlServer.start(cluster, { host: '127.0.0.1', port: 0 });
    const answer = await fetch(`http://127.0.0.1:${control.port}/metrics`);
    const text = await answer.text();
    control.close();
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('\n# TYPE kafka_controller_kafkacontroller_activecontrollercount gauge\n');
    expect(text).toMatch(/^kafka_log_log_logendoffset\{broker="1",topic="orders",partition="0"\} 3$/m);
  });
});

describe('the text for Prometheus', () => {
  it('escapes labels and help, and leaves out metrics without a value', () => {
    const samples = [{ labels: { topic: 'a"b\\c\nd' }, value: 1.5 }];
    const text = prometheusText([
      { name: 'lag', type: 'gauge', help: 'one\ntwo', samples },
      { name: 'none', type: 'counter', help: '', samples: [] },
    ]);
    expect(text).toBe('# HELP lag one\\ntwo\n# TYPE lag gauge\nlag{topic="a\\"b\\\\c\\nd"} 1.5\n');
  });
});
