/**
 * A uuid as text: the 22 characters of Kafka's own `Uuid#toString` (URL-safe Base64 of its 16 bytes, unpadded). It is
 * text instead of bytes because it is a key of maps, and because Kafka's tools print it.
 */
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

export function writeUuid(bytes: Uint8Array, position: number, text: string): void {
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

export function readUuid(bytes: Uint8Array, position: number): string {
  let text = '';
  for (let at = position; at < position + 15; at += 3) {
    const bits = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    text += ALPHABET[bits >>> 18]! + ALPHABET[(bits >>> 12) & 63]! + ALPHABET[(bits >>> 6) & 63]!;
    text += ALPHABET[bits & 63]!;
  }
  const last = bytes[position + 15]!;
  return text + ALPHABET[last >>> 2]! + ALPHABET[(last & 3) << 4]!;
}
