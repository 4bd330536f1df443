import type { ColumnMemory } from '../growable.js';
import { HistoryTape } from '../history-tape.js';

/** A short story of every kind of operation: two sends, one a burst that ended in doubt, a poll of two keys, one that failed, an assign. */
export function tellTape(memory?: ColumnMemory): HistoryTape {
  const tape = new HistoryTape(memory);
  const [producer, reader] = [tape.process('p1#1/0'), tape.process('r1#1')];
  const [orders, payments] = [tape.key('orders-0'), tape.key('payments-0')];
  const assign = tape.invokeOther(1, reader, 'assign', ['orders-0']);
  const first = tape.invokeSend(2, producer);
  tape.record(orders, 17, -1);
  tape.completeOther(assign, 3, 'ok', ['orders-0']);
  tape.completeSend(first, 4, 'ok');
  tape.record(orders, 17, 5);
  const burst = tape.invokeSend(6, producer);
  tape.record(orders, 18, -1);
  tape.record(orders, 19, -1);
  const poll = tape.invokePoll(7, reader);
  tape.completeSend(burst, 8, 'info', 'TimeoutException');
  tape.record(orders, 18, 6);
  tape.record(orders, 19, -1);
  tape.completePoll(poll, 9);
  tape.record(orders, 17, 5);
  tape.record(payments, 3, 2 ** 40);
  tape.record(orders, 18, 6);
  tape.completePoll(tape.invokePoll(10, reader), 11);
  tape.failPoll(tape.invokePoll(12, reader), 13, 'fail', 'OffsetOutOfRangeException');
  tape.invokeSend(14, producer);
  tape.record(payments, 20, -1);
  return tape;
}
