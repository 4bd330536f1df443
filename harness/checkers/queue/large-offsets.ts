/**
 * Offsets that a JavaScript number cannot hold exactly. While a history is read, the columns hold a negative mark (−2, −3 …)
 * for each large offset. When all offsets are known, each mark is replaced by a number just below 2^53, in the order of the
 * real offsets. This suffices because checks only compare offsets.
 */

/** Offsets from here on are large. The numbers from here to 2^53 − 1 are the ranks of large offsets. */
const LARGE_FROM = 2n ** 53n - 2n ** 32n;
const RANKS_FROM = Number(LARGE_FROM);
const FIRST_MARK = -2;

export class LargeOffsets {
  readonly #marks = new Map<string, number>();
  /** Ascending; empty until `settle`. */
  #ranked: readonly bigint[] = [];

  /** The number for an offset written as text; null when the text is no offset (an int64). −1: not known, as in Kafka. */
  read(text: string): number | null {
    if (!/^-?\d{1,19}$/.test(text)) return null;
    const offset = BigInt(text);
    if (offset < 0n) return -1;
    if (offset >= 2n ** 63n) return null;
    if (offset < LARGE_FROM) return Number(offset);
    const name = String(offset);
    let mark = this.#marks.get(name);
    if (mark === undefined) {
      mark = FIRST_MARK - this.#marks.size;
      this.#marks.set(name, mark);
    }
    return mark;
  }

  /** The number for an offset that the JSON holds as an exact number. It equals the number for the same offset as text. */
  ofNumber(offset: number): number {
    return offset >= RANKS_FROM ? this.read(String(offset))! : offset;
  }

  /** Replaces the marks in these columns, after every offset has been read. */
  settle(columns: readonly Float64Array[]): void {
    if (this.#marks.size === 0) return;
    this.#ranked = [...this.#marks.keys()].map(BigInt).sort((a, b) => (a < b ? -1 : 1));
    const rankOf = new Map(
      this.#ranked.map((offset, rank) => [this.#marks.get(String(offset))!, RANKS_FROM + rank]),
    );
    for (const column of columns) {
      for (let at = 0; at < column.length; at++) {
        if (column[at]! <= FIRST_MARK) column[at] = rankOf.get(column[at]!)!;
      }
    }
  }

  /** An offset as a witness shows it: text when the offset is large. */
  shown(offset: number): number | string {
    const ranked = offset >= RANKS_FROM ? this.#ranked[offset - RANKS_FROM] : undefined;
    return ranked === undefined ? offset : String(ranked);
  }
}
