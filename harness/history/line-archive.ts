/**
 * The bytes of a history, kept so that the few operations of witnesses can be parsed again. The bytes take a tenth of the
 * memory of the operations as objects.
 */

import { parseOperationLine } from './history-reader.js';
import type { Operation } from './operation.js';

const NEWLINE = 0x0a;

export class LineArchive {
  readonly #blocks: { readonly bytes: Uint8Array; readonly firstLine: number }[] = [];
  readonly #decoder = new TextDecoder();

  /** Keeps the bytes; the caller must not change them. */
  add(bytes: Uint8Array, firstLine: number): void {
    this.#blocks.push({ bytes, firstLine });
  }

  /** `line` counts from 1. `position` is the position of the operation in the history. */
  operationAt(line: number, position: number): Operation {
    return parseOperationLine(this.#textOf(line), position);
  }

  #textOf(line: number): string {
    const block = this.#blocks[this.#blockOf(line)];
    if (block === undefined) throw new Error(`line ${line} was never read`);
    let start = 0;
    for (let at = block.firstLine; at < line; at++) start = block.bytes.indexOf(NEWLINE, start) + 1;
    const end = block.bytes.indexOf(NEWLINE, start);
    return this.#decoder.decode(block.bytes.subarray(start, end < 0 ? block.bytes.length : end));
  }

  #blockOf(line: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#blocks[middle]!.firstLine <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
