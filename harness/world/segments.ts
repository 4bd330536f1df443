/**
 * Where a stream of bytes is cut into the pieces that a program receives. Drawn from a stream of random numbers of its own for
 * each link, so that cuts move nothing else. Borders inside the first bytes of a packet, where a program keeps lengths and
 * headers, are as likely as borders anywhere.
 */
import type { RandomStream } from '../env.js';

/** One piece in so many ends before its packet does. */
const CUT_ONE_IN = 4;
const HEAD_BYTES = 16;
/** The longest head that travels with the packet before it, and the longest packet that takes one along. */
const JOINED_BYTES_MAX = 64;
const COPIED_BYTES_MAX = 65_536;

/** The end of the piece that begins at `from`; `lengthBytes` when it is the last one. */
export function nextCut(from: number, lengthBytes: number, random: RandomStream): number {
  const leftBytes = lengthBytes - from;
  if (leftBytes < 2 || random.nextInt(CUT_ONE_IN) > 0) {
    return lengthBytes;
  }
  const bound = random.nextInt(2) === 0 ? Math.min(leftBytes, HEAD_BYTES) : leftBytes;
  return from + 1 + random.nextInt(bound - 1);
}

/** How many bytes of a packet, never the last one, arrive in one piece with the end of the packet before it; mostly none. */
export function joinedHeadBytes(lengthBytes: number, random: RandomStream): number {
  if (lengthBytes < 2 || random.nextInt(2) > 0) {
    return 0;
  }
  return random.nextInt(Math.min(lengthBytes, JOINED_BYTES_MAX));
}

/** `before` with the first bytes of `bytes` behind it. */
export function withHead(before: Uint8Array, bytes: Uint8Array, headBytes: number): Uint8Array {
  if (headBytes === 0) {
    return before;
  }
  const joined = new Uint8Array(before.length + headBytes);
  joined.set(before);
  joined.set(bytes.subarray(0, headBytes), before.length);
  return joined;
}

/** A packet that takes the head of the next one along is copied: not a long one. */
export function mayJoin(before: Uint8Array): boolean {
  return before.length <= COPIED_BYTES_MAX;
}
