import { describe, expect, it } from 'vitest';
import { HistoryTape } from '../../harness/history/history-tape.js';
import { RunMemory } from '../../harness/kernel/run-memory.js';
import { findOldRecords } from './old-records.js';

/** One acknowledged record, and one read of it. `offset` −1: the producer does not know where the record is. */
function historyOf(sent: string, read: string, offset = 4): HistoryTape {
  const tape = new HistoryTape(new RunMemory());
  const [producer, consumer] = [tape.process('p1#1/0'), tape.process('r1#1')];
  const send = tape.invokeSend(1, producer);
  tape.record(tape.key(sent), 7, -1);
  tape.completeSend(send, 2, 'ok');
  tape.record(tape.key(sent), 7, offset);
  const poll = tape.invokePoll(3, consumer);
  tape.completePoll(poll, 4);
  tape.record(tape.key(read), 7, 0);
  return tape;
}

describe('a record of a deleted topic', () => {
  it('must not be in the topic made again under its name', () => {
    expect(findOldRecords(historyOf('orders-0', 'orders-0@2'))).toMatchObject({
      name: 'record-of-deleted-topic',
      count: 1,
      witnesses: [{ key: 'orders-0@2', value: 7, acknowledgedBy: 'orders-0' }],
      allowed: false,
    });
    expect(findOldRecords(historyOf('orders-0@2', 'orders-0@10'))?.count).toBe(1);
  });

  it('is not one that both topics may have: read from its own topic, or stored again by a retry', () => {
    expect(findOldRecords(historyOf('orders-0@2', 'orders-0@2'))).toBeNull();
    expect(findOldRecords(historyOf('orders-0@2', 'orders-0'))).toBeNull();
    expect(findOldRecords(historyOf('orders-0', 'orders-0@2', -1))).toBeNull();
  });
});
