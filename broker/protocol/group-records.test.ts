import { describe, expect, it } from 'vitest';
import {
  decodeGroupRecord,
  encodeGroupRecord,
  type GroupRecord,
  groupRecordSchemas,
} from './group-records.js';
import { ZERO_UUID } from './schema/uuid.js';
import { hex } from './testing/golden-bodies.js';

const committed: GroupRecord<'OffsetCommit'> = {
  type: 'OffsetCommit',
  key: { group: 'g', topic: 't', partition: 3 },
  value: {
    offset: 42,
    leaderEpoch: 7,
    metadata: 'm',
    commitTimestamp: 1000,
    expireTimestamp: -1,
    topicId: ZERO_UUID,
  },
};

const generation: GroupRecord<'GroupMetadata'> = {
  type: 'GroupMetadata',
  key: { group: 'g' },
  value: {
    protocolType: 'consumer',
    generation: 5,
    protocol: 'range',
    leader: 'a',
    currentStateTimestamp: 99,
    members: [
      {
        memberId: 'a',
        groupInstanceId: 'i',
        clientId: 'c',
        clientHost: '/10.0.0.1',
        rebalanceTimeout: 300_000,
        sessionTimeout: 45_000,
        subscription: new Uint8Array([1, 2]),
        assignment: new Uint8Array([3]),
      },
    ],
  },
};

describe('a record of __consumer_offsets', () => {
  it.each([committed, generation])('of type $type is read as it was written', (record) => {
    const { key, value } = encodeGroupRecord(record);
    expect(decodeGroupRecord(key, value)).toEqual({ kind: 'record', record });
  });

  it('begins with the type in the key and the version in the value, in the versions that Kafka 4.3 writes', () => {
    const offset = encodeGroupRecord(committed);
    expect(hex(offset.key)).toBe('000100016700017400000003');
    expect(hex(offset.value!)).toBe('0004000000000000002a00000007026d00000000000003e800');
    expect(hex(encodeGroupRecord(generation).value!)).toMatch(/^0003/);
  });

  it('of an offset that expires at a fixed time has version 1, which has no leader epoch', () => {
    const { key, value } = encodeGroupRecord({
      ...committed,
      value: { ...committed.value!, expireTimestamp: 5000 },
    });
    expect(hex(value!)).toMatch(/^0001/);
    const read = decodeGroupRecord(key, value);
    expect(read).toMatchObject({ record: { value: { leaderEpoch: -1, expireTimestamp: 5000 } } });
  });

  it('without a value is a tombstone', () => {
    const tombstone = { ...committed, value: null };
    const { key, value } = encodeGroupRecord(tombstone);
    expect(value).toBeNull();
    expect(decodeGroupRecord(key, null)).toEqual({ kind: 'record', record: tombstone });
  });

  it('of Kafka before 0.8.2 has the type 0 and is an offset', () => {
    const { key, value } = encodeGroupRecord(committed);
    key[1] = 0;
    expect(decodeGroupRecord(key, value)).toEqual({ kind: 'record', record: committed });
  });

  it('of an unknown type is said to be one', () => {
    expect(decodeGroupRecord(new Uint8Array([0, 99]), null)).toEqual({ kind: 'unknown', apiKey: 99 });
  });

  it('that is cut short anywhere is malformed, not an exception', () => {
    const { key, value } = encodeGroupRecord(generation);
    for (let length = 0; length < key.length; length++)
      expect(decodeGroupRecord(key.subarray(0, length), value).kind).toBe('malformed');
    for (let length = 0; length < value!.length; length++)
      expect(decodeGroupRecord(key, value!.subarray(0, length)).kind).toBe('malformed');
    expect(decodeGroupRecord(null, null).kind).toBe('malformed');
  });

  it('of a version that the schema lacks is malformed', () => {
    const { key } = encodeGroupRecord(committed);
    const version = groupRecordSchemas.OffsetCommit.value.validVersions.highest + 1;
    expect(decodeGroupRecord(key, new Uint8Array([0, version])).kind).toBe('malformed');
  });
});
