/**
 * The leader epoch under which a reader got the record at each offset: the start offsets of these epochs, ascending.
 */

const UNREAD = -1;

interface Stretch {
  readonly fromOffset: number;
  /** UNREAD: these offsets were skipped. */
  readonly leaderEpoch: number;
}

export class ReadEpochs {
  readonly #stretches: Stretch[] = [];

  /**
   * The reader read on as before up to `lastOffset`, and now reads `offset`, which is not the next one or has another
   * leader epoch. Returns the leader epoch of the record that the reader had read at `offset` before; −1: it had read
   * none, or has gone back behind that offset since.
   */
  turn(lastOffset: number, offset: number, leaderEpoch: number): number {
    const stretches = this.#stretches;
    const earlier = offset > lastOffset ? UNREAD : this.#at(offset);
    while (stretches.length > 0 && stretches.at(-1)!.fromOffset >= offset) stretches.pop();
    if (stretches.length > 0 && offset > lastOffset + 1)
      stretches.push({ fromOffset: lastOffset + 1, leaderEpoch: UNREAD });
    stretches.push({ fromOffset: offset, leaderEpoch });
    return earlier;
  }

  #at(offset: number): number {
    return this.#stretches.findLast(({ fromOffset }) => fromOffset <= offset)?.leaderEpoch ?? UNREAD;
  }
}
