/**
 * A uuid as text: the 22 characters of Kafka's own `Uuid#toString` (URL-safe Base64 of its 16 bytes, unpadded). It is
 * text instead of bytes because it is a key of maps, and because Kafka's tools print it.
 */
import { int32At, putInt32 } from './big-endian.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const TEXT_LENGTH = 22;

/** The uuid of sixteen zero bytes: "no topic id". */
export const ZERO_UUID = 'A'.repeat(TEXT_LENGTH);

const sextets = new Int8Array(128).fill(-1);
for (let index = 0; index < 64; index++) sextets[ALPHABET.charCodeAt(index)] = index;

/** Whether `text` is the text of a uuid. Its last character encodes only two bits. */
export function isUuid(text: string): boolean {
  if (text.length !== TEXT_LENGTH) return false;
  for (let index = 0; index < TEXT_LENGTH; index++) if (sextetAt(text, index) < 0) return false;
  return (sextetAt(text, TEXT_LENGTH - 1) & 0x0f) === 0;
}

function sextetAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? sextets[code]! : -1;
}

/**
 * The uuids that were read or written last, as words and text, by the first byte of the uuid. Requests repeat the ids of a few
 * topics. A uuid that is read again is the same string, whose hash a map has calculated before.
 */
const SLOTS = 256;
const recentWords = new Int32Array(4 * SLOTS);
const recentTexts: string[] = new Array(SLOTS).fill(ZERO_UUID);

export function writeUuid(bytes: Uint8Array, position: number, text: string): void {
  const slot = ((sextetAt(text, 0) << 2) | (sextetAt(text, 1) >> 4)) & (SLOTS - 1);
  if (recentTexts[slot] === text) {
    for (let word = 0; word < 4; word++) putInt32(bytes, position + 4 * word, recentWords[4 * slot + word]!);
    return;
  }
  encodeUuid(bytes, position, text);
  remember(slot, bytes, position, text);
}

export function readUuid(bytes: Uint8Array, position: number): string {
  const slot = bytes[position]!;
  const at = 4 * slot;
  if (
    recentWords[at] === int32At(bytes, position) &&
    recentWords[at + 1] === int32At(bytes, position + 4) &&
    recentWords[at + 2] === int32At(bytes, position + 8) &&
    recentWords[at + 3] === int32At(bytes, position + 12)
  )
    return recentTexts[slot]!;
  const text = decodeUuid(bytes, position);
  remember(slot, bytes, position, text);
  return text;
}

function remember(slot: number, bytes: Uint8Array, position: number, text: string): void {
  for (let word = 0; word < 4; word++) recentWords[4 * slot + word] = int32At(bytes, position + 4 * word);
  recentTexts[slot] = text;
}

function encodeUuid(bytes: Uint8Array, position: number, text: string): void {
  if (!isUuid(text)) throw new Error(`not a uuid: ${JSON.stringify(text)}`);
  for (let group = 0, from = 0, to = position; group < 5; group++, from += 4, to += 3) {
    const bits =
      (sextetAt(text, from) << 18) |
      (sextetAt(text, from + 1) << 12) |
      (sextetAt(text, from + 2) << 6) |
      sextetAt(text, from + 3);
    bytes[to] = bits >>> 16;
    bytes[to + 1] = bits >>> 8;
    bytes[to + 2] = bits;
  }
  bytes[position + 15] = (sextetAt(text, 20) << 2) | (sextetAt(text, 21) >>> 4);
}

/** The uuid of four 32-bit words. */
export function uuidOf(words: readonly [number, number, number, number]): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => void view.setUint32(index * 4, word));
  return readUuid(bytes, 0);
}

function decodeUuid(bytes: Uint8Array, position: number): string {
  let text = '';
  for (let at = position; at < position + 15; at += 3) {
    const bits = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    text += ALPHABET[bits >>> 18]! + ALPHABET[(bits >>> 12) & 63]! + ALPHABET[(bits >>> 6) & 63]!;
    text += ALPHABET[bits & 63]!;
  }
  const last = bytes[position + 15]!;
  return text + ALPHABET[last >>> 2]! + ALPHABET[(last & 3) << 4]!;
}
