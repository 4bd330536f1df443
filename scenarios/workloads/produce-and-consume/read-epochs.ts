/** Under which leader epoch a reader was given the record at each offset: where these epochs begin, ascending. */

const UNREAD = -1;

interface Stretch {
  readonly fromOffset: number;
  /** UNREAD: these offsets were passed over. */
  readonly leaderEpoch: number;
}

export class ReadEpochs {
  readonly #stretches: Stretch[] = [];

  /**
   * It read on as before up to `lastOffset`, and now what is at `offset`: not the next one, or of another leader epoch.
   * Returns the leader epoch of what it had read there before; −1: nothing, or it has gone back behind it since.
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
