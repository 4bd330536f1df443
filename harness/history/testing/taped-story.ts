import type { ColumnMemory } from '../growable.js';
import { HistoryTape } from '../history-tape.js';

/**
 * A short history with every kind of operation: a send, a send of two records with an unknown outcome, a send that never completes,
 * a poll of two keys, an empty poll, a failed poll and an assign.
 */
export function tellTape(memory?: ColumnMemory): HistoryTape {
  const tape = new HistoryTape(memory);
  const [producer, reader] = [tape.process('p1#1/0'), tape.process('r1#1')];
  const [orders, payments] = [tape.key('orders-0'), tape.key('payments-0')];
  const assign = tape.invoke(1, reader, tape.name('assign'));
  tape.listKey(orders);
  const first = tape.invokeSend(2, producer);
  tape.record(orders, 17, -1);
  tape.complete(assign, 3, 'ok');
  tape.listKey(orders);
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

/**
 * A member of a consumer group: it subscribes, polls while the group rebalances, commits, and handles a record in a
 * transaction of two polls, a send and an offset. A second commit is never completed.
 */
export function tellGroupTape(): HistoryTape {
  const tape = new HistoryTape();
  const member = tape.process('m1#1');
  const [orders, payments] = [tape.key('orders-0'), tape.key('payments-0')];
  const [subscribe, commit, txn] = [tape.name('subscribe'), tape.name('commit'), tape.name('txn')];
  const [revoked, assigned] = [tape.name('revoked'), tape.name('assigned')];
  const subscription = tape.invoke(1, member, subscribe);
  tape.listKey(orders);
  tape.listKey(payments);
  tape.complete(subscription, 2, 'ok');
  tape.listKey(orders);
  tape.listKey(payments);
  tape.completePoll(tape.invokePoll(3, member), 4);
  tape.record(orders, 17, 5);
  tape.rebalance(revoked);
  tape.rebalancedKey(orders);
  tape.rebalance(assigned);
  tape.rebalancedKey(orders);
  tape.rebalancedKey(payments);
  const committing = tape.invoke(5, member, commit);
  tape.commit(orders, 6);
  tape.complete(committing, 6, 'info', 'TimeoutException');
  tape.commit(orders, 6);
  const transaction = tape.invoke(7, member, txn);
  tape.askPoll();
  tape.askSend(payments, 30);
  tape.askPoll();
  tape.commit(orders, 7);
  tape.complete(transaction, 8, 'ok');
  tape.pollResult();
  tape.polled(orders, 18, 6);
  tape.sendResult(payments, 30, 2 ** 40);
  tape.pollResult();
  tape.polled(orders, 19, 7);
  tape.commit(orders, 7);
  tape.invoke(9, member, commit);
  tape.commit(orders, 8);
  tape.commit(payments, 2 ** 40 + 1);
  return tape;
}
