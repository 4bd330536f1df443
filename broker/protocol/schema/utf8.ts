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

/** Bytes that are not UTF-8 are read as U+FFFD, as in Java. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > ASCII_LENGTH_MAX) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
