/**
 * The lines of Kafka's verifiable clients as a history. Each outcome of the producer is a send that was invoked just before, since
 * the lines do not say when a send began; consecutive `record_data` lines of the consumer (`--verbose`) are one poll. The lines of
 * several clients may stand in one file: producers are told apart by their value prefix.
 */

import type { SendError } from '../broker/clients/rules/acknowledgement.js';
import { javaException } from '../broker/clients/verifiable/java-exception.js';

/** The names of the lines (org.apache.kafka.tools.VerifiableProducer, VerifiableConsumer). */
const NAMES =
  /"name"\s*:\s*"(startup_complete|shutdown_complete|producer_send_success|producer_send_error|tool_data|records_consumed|record_data|partitions_assigned|partitions_revoked|offsets_committed)"/;

/** A poll is a witness of an anomaly, and is printed. A run of lines that is longer becomes several polls. */
const POLL_RECORDS_MAX = 10;

/** Errors after which a record is certainly not in the log. Any other leaves it open. */
const DEFINITE: readonly SendError[] = [
  'RecordTooLargeException',
  'IllegalStateException',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'NOT_ENOUGH_REPLICAS',
  'INVALID_REQUIRED_ACKS',
  'INVALID_RECORD',
];
const definiteClasses = new Set(DEFINITE.map((error) => javaException(error)));

export function looksLikeVerifiableLines(start: string): boolean {
  const first = start.split('\n').find((line) => line.trim().startsWith('{'));
  return first !== undefined && NAMES.test(first);
}

/** Lines of JSON as `HistoryReader` reads them. A line that is none of the clients' is left out. */
export function verifiableHistory(text: string): string {
  const messages = text.split('\n').flatMap((line) => messageOf(line) ?? []);
  const history = new Conversion(partitionsByValue(messages));
  for (const message of messages) history.add(message);
  return history.end();
}

interface Message {
  readonly name: string;
  readonly timestamp?: number;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly value?: string;
  readonly exception?: string;
  readonly partitions?: readonly { readonly topic: string; readonly partition: number }[];
}

/** Where each value was read. The line of a failed send does not say to which partition the record went. */
function partitionsByValue(messages: readonly Message[]): ReadonlyMap<string, number> {
  const read = messages.filter(({ name }) => name === 'record_data');
  return new Map(read.map(({ topic, value, partition }) => [`${topic} ${value}`, partition ?? 0]));
}

function messageOf(line: string): Message | null {
  if (!NAMES.test(line)) return null;
  try {
    return JSON.parse(line) as Message;
  } catch {
    // The last line of a process that was killed may be cut.
    return null;
  }
}

class Conversion {
  readonly #lines: string[] = [];
  readonly #polled = new Map<string, [number, string][]>();
  readonly #partitions: ReadonlyMap<string, number>;
  #polledCount = 0;
  #assigned: string[] = [];
  #index = 0;
  #time = 0;

  constructor(partitions: ReadonlyMap<string, number>) {
    this.#partitions = partitions;
  }

  add(message: Message): void {
    const { name, timestamp } = message;
    // Two clients of one file have clocks of their own. The order of the lines counts.
    this.#time = Math.max(this.#time, (timestamp ?? 0) * 1_000);
    if (name === 'record_data') this.#addRecord(message);
    else this.#endPoll();
    if (name === 'producer_send_success') this.#addSend(message, 'ok');
    else if (name === 'producer_send_error') {
      const javaClass = (message.exception ?? '').replace(/^class /, '');
      this.#addSend(message, definiteClasses.has(javaClass) ? 'fail' : 'info');
    } else if (name === 'partitions_assigned') {
      this.#assigned = (message.partitions ?? []).map(({ topic, partition }) => `${topic}-${partition}`);
    }
  }

  end(): string {
    this.#endPoll();
    return this.#lines.join('\n');
  }

  #addSend({ topic, partition, offset, value }: Message, type: 'ok' | 'fail' | 'info'): void {
    const process = `producer${/^(-?\d+)\./.exec(value ?? '')?.[1] ?? ''}`;
    const key = `${topic}-${type === 'ok' ? partition : (this.#partitions.get(`${topic} ${value}`) ?? 0)}`;
    const sent = ['send', key, value];
    this.#line({ process, type: 'invoke', f: 'send', value: [sent] });
    const completed = type === 'ok' ? ['send', key, [offset, value]] : sent;
    this.#line({ process, type, f: 'send', value: [completed] });
  }

  #addRecord({ topic, partition, offset, value }: Message): void {
    if (this.#polledCount === POLL_RECORDS_MAX) this.#endPoll();
    this.#polledCount += 1;
    const key = `${topic}-${partition}`;
    const records = this.#polled.get(key) ?? [];
    records.push([offset ?? -1, value ?? '']);
    this.#polled.set(key, records);
  }

  #endPoll(): void {
    if (this.#polled.size === 0) return;
    const process = 'consumer';
    this.#line({ process, type: 'invoke', f: 'poll', value: [['poll']] });
    const rebalanceLog = this.#assigned.length === 0 ? {} : { 'rebalance-log': [{ keys: this.#assigned }] };
    this.#line({ process, type: 'ok', f: 'poll', value: [['poll', [...this.#polled]]], ...rebalanceLog });
    this.#polled.clear();
    this.#polledCount = 0;
    this.#assigned = [];
  }

  #line(operation: object): void {
    this.#lines.push(JSON.stringify({ index: this.#index, time: this.#time, ...operation }));
    this.#index += 1;
    this.#time += 1;
  }
}
