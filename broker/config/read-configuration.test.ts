import { describe, expect, it } from 'vitest';
import type { ConfigKind } from './kafka-keys/index.js';
import { parseProperties } from './properties-file.js';
import { type ConfigReading, readConfiguration } from './read-configuration.js';

const read = (kind: ConfigKind, text: string): ConfigReading =>
  readConfiguration(kind, parseProperties(text), 'file');
const words = (remarks: ConfigReading['accepted']): string[] =>
  remarks.map((remark) => `${remark.place} ${remark.key} ${remark.words}`);

describe('each key of a file is sorted by its standing', () => {
  it('a modelled key is handed on, with the last of its values', () => {
    const reading = read('broker', 'min.insync.replicas=1\nlog.segment.bytes=1048576\nmin.insync.replicas=2');
    expect(reading.properties).toEqual({ 'min.insync.replicas': '2', 'log.segment.bytes': '1048576' });
  });

  it('a key without effect is accepted with the reason', () => {
    const { accepted, properties } = read('broker', 'num.io.threads=8\nssl.keystore.location=/etc/k.jks');
    expect(properties).toEqual({});
    expect(words(accepted)).toEqual([
      'file:1 num.io.threads has no effect: it sizes threads, buffers and queues of a real machine',
      'file:2 ssl.keystore.location has no effect in a simulation, where nothing is encrypted; a live cluster (`seismolog broker`) obeys it',
    ]);
  });

  it.each<[ConfigKind, string, string]>([
    ['topic', 'cleanup.policy=compress', 'String must be one of'],
    ['producer', 'transactional.id=payments-1', 'transactions are not modelled'],
    ['broker', 'remote.log.storage.system.enable=true', 'tiered storage'],
    ['broker', 'log.retention.minutes=five', 'Not a number of type INT'],
    [
      'broker',
      'replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector',
      'read from followers',
    ],
    ['broker', 'num.io.threads=eight', 'has an invalid value, "eight": Not a number of type INT'],
    ['producer', 'acks=most', 'has an invalid value, "most": String must be one of'],
    ['broker', 'message.max.bytes=-1', 'Value must be at least 0'],
    ['broker', 'log.cleaner.min.cleanable.ratio=half', 'Not a number of type DOUBLE'],
    ['consumer', 'enable.auto.commit=no', 'Expected value to be either true or false'],
  ])('%s: %s is refused', (kind, text, reason) => {
    const { refused, properties } = read(kind, text);
    expect(words(refused).join()).toContain(reason);
    expect(properties).toEqual({});
  });

  it.each<[ConfigKind, string]>([
    ['broker', 'remote.log.storage.system.enable=false'],
    ['producer', 'transaction.two.phase.commit.enable=false'],
  ])('%s: %s changes nothing, so the key is accepted', (kind, text) => {
    expect(read(kind, text).refused).toEqual([]);
    expect(read(kind, text).accepted).toHaveLength(1);
  });

  it.each<[ConfigKind, string, string]>([
    ['broker', 'zookeeper.connect=zk:2181', 'controllers keep the metadata'],
    ['broker', 'inter.broker.protocol.version=2.8', 'metadata.version'],
    ['broker', 'log.message.format.version=2.1', 'version 2 always'],
    ['topic', 'message.format.version=2.1', 'version 2 always'],
    ['producer', 'request.required.acks=1', 'its name is acks'],
    ['consumer', 'auto.commit.enable=true', 'its name is enable.auto.commit'],
  ])('%s: %s is of an older Kafka', (kind, text, became) => {
    expect(words(read(kind, text).former).join()).toContain(became);
  });

  it.each<[ConfigKind, string, string]>([
    ['broker', 'min.insync.replica=2', 'is no broker key of Kafka; the nearest is min.insync.replicas'],
    ['broker', 'unclean_leader_election_enabled=true', 'the nearest is unclean.leader.election.enable'],
    ['producer', 'ack=all', 'the nearest is acks'],
    ['topic', 'min.insync.replicas.=2', 'the nearest is min.insync.replicas'],
    ['producer', 'min.insync.replicas=2', 'it is a broker key'],
    ['consumer', 'orders.topic.name=orders', 'is no consumer key of Kafka'],
    ['broker', 'ssl.keystore.locaton=x', 'the nearest is ssl.keystore.location'],
  ])('%s: %s is unknown', (kind, text, hint) => {
    expect(words(read(kind, text).unknown).join()).toContain(hint);
  });

  it('keys that listeners, plugins and serializers name themselves are accepted', () => {
    expect(read('broker', 'listener.name.internal.ssl.keystore.location=x').accepted).toHaveLength(1);
    expect(read('producer', 'schema.registry.url=http://registry').accepted).toHaveLength(1);
  });
});
