import { describe, expect, it } from 'vitest';
import { ZERO_UUID } from '../../protocol/schema/uuid.js';
import {
  assignmentLine,
  consumerShutdownLine,
  consumerStartupLine,
  offsetsCommittedLine,
  recordDataLine,
  recordsConsumedLine,
} from './consumer-lines.js';
import { javaException } from './java-exception.js';
import { producerShutdownLine, producerStartupLine, sendLine, toolDataLine } from './producer-lines.js';

const record = { topic: 'orders', key: null, value: '17' };

describe('the lines of VerifiableProducer', () => {
  it('begin with timestamp and name', () => {
    expect(producerStartupLine(5)).toBe('{"timestamp":5,"name":"startup_complete"}');
    expect(producerShutdownLine(6)).toBe('{"timestamp":6,"name":"shutdown_complete"}');
  });

  it('tell where a record went', () => {
    expect(
      sendLine(5, record, {
        ok: true,
        topic: 'orders',
        topicId: ZERO_UUID,
        uncertainIn: [],
        partition: 2,
        offset: 9,
      }),
    ).toBe(
      '{"timestamp":5,"name":"producer_send_success","key":null,"value":"17","topic":"orders","partition":2,"offset":9}',
    );
  });

  it('tell which Java exception ended it', () => {
    const refusal = {
      ok: false,
      topic: 'orders',
      topicId: ZERO_UUID,
      uncertainIn: [],
      partition: 2,
      error: 'REQUEST_TIMED_OUT',
      ambiguous: true,
    } as const;
    expect(JSON.parse(sendLine(5, record, refusal))).toEqual({
      timestamp: 5,
      name: 'producer_send_error',
      key: null,
      value: '17',
      topic: 'orders',
      exception: 'class org.apache.kafka.common.errors.TimeoutException',
      message: 'REQUEST_TIMED_OUT',
    });
    expect(javaException('NOT_LEADER_OR_FOLLOWER')).toBe(
      'org.apache.kafka.common.errors.NotLeaderOrFollowerException',
    );
    expect(javaException('KafkaException')).toBe('org.apache.kafka.common.KafkaException');
  });

  it('end with the sums', () => {
    expect(toolDataLine(9, { sent: 10, acked: 8, targetThroughput: -1, avgThroughput: 2.5 })).toBe(
      '{"timestamp":9,"name":"tool_data","sent":10,"acked":8,"target_throughput":-1,"avg_throughput":2.5}',
    );
  });
});

describe('the lines of VerifiableConsumer', () => {
  const at = (partition: number, offset: number) => ({
    topic: 'orders',
    partition,
    offset,
    key: null,
    value: 'v',
  });

  it('sum up a poll by partition', () => {
    expect(JSON.parse(recordsConsumedLine(5, [at(1, 7), at(0, 3), at(1, 8)]))).toEqual({
      timestamp: 5,
      name: 'records_consumed',
      count: 3,
      partitions: [
        { topic: 'orders', partition: 1, count: 2, minOffset: 7, maxOffset: 8 },
        { topic: 'orders', partition: 0, count: 1, minOffset: 3, maxOffset: 3 },
      ],
    });
  });

  it('tell assignments, records and commits', () => {
    expect(consumerStartupLine(1)).toBe('{"timestamp":1,"name":"startup_complete"}');
    expect(consumerShutdownLine(1)).toBe('{"timestamp":1,"name":"shutdown_complete"}');
    expect(assignmentLine(2, 'partitions_revoked', [at(0, 1)])).toBe(
      '{"timestamp":2,"name":"partitions_revoked","partitions":[{"topic":"orders","partition":0}]}',
    );
    expect(recordDataLine(3, at(0, 1))).toBe(
      '{"timestamp":3,"name":"record_data","key":null,"value":"v","topic":"orders","partition":0,"offset":1}',
    );
    expect(offsetsCommittedLine(4, [at(0, 2)], null)).toBe(
      '{"timestamp":4,"name":"offsets_committed","offsets":[{"topic":"orders","partition":0,"offset":2}],"success":true}',
    );
    expect(JSON.parse(offsetsCommittedLine(4, [], 'no'))).toMatchObject({ success: false, error: 'no' });
  });
});
