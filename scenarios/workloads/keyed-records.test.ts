import { describe, expect, it } from 'vitest';
import { KeyedRecords } from './keyed-records.js';

function sentInOrder(): KeyedRecords {
  const keyed = new KeyedRecords();
  for (const value of [1, 2, 3]) keyed.sent(value, 'orders', 4, 'p1#1');
  keyed.sent(9, 'orders', 4, 'p2#1');
  return keyed;
}

describe('order per key', () => {
  it('holds if each session finds its records in the order of sending', () => {
    const keyed = sentInOrder();
    for (const [offset, value] of [1, 9, 2, 3].entries()) keyed.read(value, 'orders-0', offset);
    expect(keyed.anomaly(true)).toBeNull();
  });

  it('is broken by two records of one session that changed places, unless retries may reorder', () => {
    const keyed = sentInOrder();
    for (const [offset, value] of [2, 1, 3].entries()) keyed.read(value, 'orders-0', offset);
    expect(keyed.anomaly(true)).toMatchObject({
      name: 'reordered-key',
      count: 1,
      witnesses: [{ key: 'key-4', session: 'p1#1', before: { value: 2 }, read: { value: 1, offset: 1 } }],
    });
    expect(keyed.anomaly(false)).toBeNull();
  });

  it('is broken by a key in two partitions, whichever producer sent it', () => {
    const keyed = sentInOrder();
    keyed.read(1, 'orders-0', 0);
    keyed.read(9, 'orders-1', 0);
    expect(keyed.anomaly(false)).toMatchObject({
      count: 1,
      witnesses: [{ read: { partition: 'orders-1' } }],
    });
  });

  it('does not apply to records without keys', () => {
    const keyed = new KeyedRecords();
    keyed.read(1, 'orders-0', 0);
    expect(keyed.anomaly(true)).toBeNull();
  });
});
