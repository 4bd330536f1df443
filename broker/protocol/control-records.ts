/**
 * Control records of the metadata log (KIP-595; org.apache.kafka.common.record.ControlRecordType). The quorum writes
 * them in control batches of their own. The key is a version and the type of the record, each an int16.
 *
 * Not here: the records of snapshots (KIP-630) and of changes of the voter set (KIP-853), because a sole voter has
 * neither.
 */
import { array, type BodyOf, int16, int32, uuid } from './schema/field.js';
import { MalformedFrame } from './schema/malformed-frame.js';
import { Message } from './schema/message.js';
import { ZERO_UUID } from './schema/uuid.js';

const voter = { voterId: int32('0+'), voterDirectoryId: uuid('1+') };

/** Versions: 1 the log directory of each voter (KIP-853). */
const leaderChangeMessage = new Message({
  name: 'LeaderChangeMessage',
  validVersions: '0-1',
  flexibleVersions: '0+',
  fields: {
    version: int16('0+'),
    leaderId: int32('0+'),
    voters: array('0+', voter),
    grantingVoters: array('0+', voter),
  },
});

/** The first record of every epoch: who leads, and by whose votes. */
export type LeaderChangeMessage = { readonly type: 'LeaderChangeMessage' } & BodyOf<
  typeof leaderChangeMessage.fields
>;
export type ControlRecord = LeaderChangeMessage;

const KEY_VERSION = 0;
const LEADER_CHANGE_TYPE = 2;
/** org.apache.kafka.common.record.ControlRecordUtils#LEADER_CHANGE_CURRENT_VERSION */
const LEADER_CHANGE_VERSION = 0;

const leaderChangeKey = Uint8Array.of(0, KEY_VERSION, 0, LEADER_CHANGE_TYPE);

/** The first record of an epoch of a quorum with one voter. */
export function soleVoterLeads(voterId: number): LeaderChangeMessage {
  const voters = [{ voterId, voterDirectoryId: ZERO_UUID }];
  return {
    type: 'LeaderChangeMessage',
    version: LEADER_CHANGE_VERSION,
    leaderId: voterId,
    voters,
    grantingVoters: voters,
  };
}

export function encodeControlRecord(record: ControlRecord): {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
} {
  return { key: leaderChangeKey, value: leaderChangeMessage.encode(LEADER_CHANGE_VERSION, record) };
}

export function decodeControlRecord(
  key: Uint8Array | null,
  value: Uint8Array | null,
): ControlRecord | MalformedFrame {
  if (key === null || value === null || key.length < leaderChangeKey.length)
    return new MalformedFrame('a control record without a key or a value', 0);
  const type = (key[2]! << 8) | key[3]!;
  if (type !== LEADER_CHANGE_TYPE) return new MalformedFrame(`a control record of type ${type}`, 0);
  const decoded = leaderChangeMessage.decode(LEADER_CHANGE_VERSION, value);
  return decoded.ok ? { type: 'LeaderChangeMessage', ...decoded.value } : decoded.error;
}
