/** The entries of a request or response by partition. Its lists are searched once instead of once per partition. */
export class ByPartition<T> {
  readonly #topics = new Map<string, Map<number, T>>();

  set(topic: string, index: number, value: T): void {
    const ofTopic = this.#topics.get(topic);
    if (ofTopic === undefined) this.#topics.set(topic, new Map([[index, value]]));
    else ofTopic.set(index, value);
  }

  get(topic: string, index: number): T | undefined {
    return this.#topics.get(topic)?.get(index);
  }
}
