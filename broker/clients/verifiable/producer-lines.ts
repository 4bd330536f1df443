/**
 * The output lines of Kafka's VerifiableProducer (org.apache.kafka.tools.VerifiableProducer): one JSON
 * object per line, with `timestamp` (milliseconds) and `name` first.
 */
import type { SendResult } from '../producer/producer-record.js';
import { javaException } from './java-exception.js';

export interface VerifiableRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string;
}

export interface ProducerToolData {
  readonly sent: number;
  readonly acked: number;
  /** −1: not throttled. */
  readonly targetThroughput: number;
  readonly avgThroughput: number;
}

export const producerStartupLine = (timestamp: number): string =>
  JSON.stringify({ timestamp, name: 'startup_complete' });

export const producerShutdownLine = (timestamp: number): string =>
  JSON.stringify({ timestamp, name: 'shutdown_complete' });

export function sendLine(
  timestamp: number,
  { topic, key, value }: VerifiableRecord,
  result: SendResult,
): string {
  if (result.ok) {
    const { partition, offset } = result;
    return JSON.stringify({ timestamp, name: 'producer_send_success', key, value, topic, partition, offset });
  }
  const exception = `class ${javaException(result.error)}`;
  return JSON.stringify({
    timestamp,
    name: 'producer_send_error',
    key,
    value,
    topic,
    exception,
    message: result.error,
  });
}

export function toolDataLine(timestamp: number, data: ProducerToolData): string {
  return JSON.stringify({
    timestamp,
    name: 'tool_data',
    sent: data.sent,
    acked: data.acked,
    target_throughput: data.targetThroughput,
    avg_throughput: data.avgThroughput,
  });
}
