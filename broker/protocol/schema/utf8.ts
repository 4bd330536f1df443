/** Text is encoded as UTF-8. Most of it is short ASCII (topics, client ids), which needs no encoder. */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The size of `text` in bytes. An unpaired surrogate is written as U+FFFD, three bytes. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    if (code < 0x800) length += 1;
    else if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) {
      length += 2;
      index += 1;
    } else length += 2;
  }
  return length;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

export function writeUtf8(bytes: Uint8Array, position: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) {
      const rest = encoder.encode(text.slice(index));
      bytes.set(rest, position + index);
      return position + index + rest.length;
    }
    bytes[position + index] = code;
  }
  return position + text.length;
}

const ASCII_LENGTH_MAX = 32;
/** The short texts that were read last, by their hash: requests repeat a few client ids, hosts and topics. */
const SLOTS = 1024;
const recentTexts: string[] = new Array(SLOTS).fill('');

/** Bytes that are not UTF-8 are read as U+FFFD, as in Java. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > ASCII_LENGTH_MAX) return decoder.decode(bytes.subarray(start, end));
  let hash = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
  const recent = recentTexts[slot]!;
  if (isAscii(recent, bytes, start, end)) return recent;
  const text = String.fromCharCode(...bytes.subarray(start, end));
  recentTexts[slot] = text;
  return text;
}

function isAscii(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
