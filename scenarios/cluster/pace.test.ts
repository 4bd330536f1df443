import { describe, expect, it } from 'vitest';
import { resolveProducerSettings } from '../../broker/clients/producer/producer-settings.js';
import { produceAndConsume } from '../workloads/produce-and-consume/produce-and-consume.js';
import { cluster } from './cluster-spec.js';

const topics = { orders: { partitions: 1 } };

describe('a setting that the user wrote', () => {
  it('never fails on a shortened timeout that the user did not write', () => {
    for (const written of [{ 'request.timeout.ms': '60000' }, { 'linger.ms': '11000' }]) {
      const { producerConfig } = produceAndConsume({ producerConfig: written });
      expect(resolveProducerSettings(producerConfig)).toMatchObject({ 'delivery.timeout.ms': 120_000 });
    }
    const { config } = cluster({ brokers: 3, topics, config: { 'broker.heartbeat.interval.ms': '2000' } });
    expect(config).not.toHaveProperty(['broker.session.timeout.ms']);
    const waits = cluster({ brokers: 3, topics, config: { 'replica.fetch.wait.max.ms': '1800' } }).config;
    expect(waits).not.toHaveProperty(['replica.lag.time.max.ms']);
    expect(waits).toHaveProperty(['replica.socket.timeout.ms'], '2000');
  });

  it('has priority over the shortened one', () => {
    const { producerConfig } = produceAndConsume({ producerConfig: { 'delivery.timeout.ms': '5000' } });
    expect(producerConfig).toMatchObject({ 'request.timeout.ms': '2000', 'delivery.timeout.ms': '5000' });
  });

  it('leaves every other shortened timeout as it is', () => {
    expect(produceAndConsume({ producerConfig: { acks: '1' } }).producerConfig).toEqual({
      acks: '1',
      'request.timeout.ms': '2000',
      'delivery.timeout.ms': '12000',
      'max.block.ms': '12000',
    });
  });
});

describe("pace 'kafka'", () => {
  it("leaves Kafka's default to every key that the user did not write", () => {
    expect(cluster({ brokers: 3, topics, pace: 'kafka', config: { 'num.partitions': '2' } }).config).toEqual({
      'num.partitions': '2',
    });
    expect(produceAndConsume({ pace: 'kafka', producerConfig: { acks: '1' } })).toMatchObject({
      producerConfig: { acks: '1' },
      consumerConfig: { 'auto.offset.reset': 'earliest' },
    });
    expect(produceAndConsume({ pace: 'kafka' }).producerConfig).toEqual({});
    expect(produceAndConsume({ pace: 'kafka' }).consumerConfig).not.toHaveProperty(['request.timeout.ms']);
  });
});
