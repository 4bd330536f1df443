/** The values that a cluster chose in one run of a script, both ways: from a reference to the value, and from the value to the reference. */
import { ZERO_UUID } from '../../broker/protocol/schema/uuid.js';
import type { Reference } from './script.js';

/** An id that no topic has. */
const UNKNOWN_TOPIC_ID = 'f_______T_-_________8A';
/** A topic of a script: `{t0}`, `{c1}`, `{missing}`. */
/** What the name of a topic of a run begins with; `find-differences.ts` makes them. */
const RUN_NAME = /^x[0-9a-z]{11}-/;
const LOGICAL = /\{([a-z]+\d*)\}/g;

export class Bindings {
  /** Unique among the runs on one cluster. */
  readonly #runName: string;
  readonly #topicIds = new Map<string, string>();
  readonly #ids: Readonly<Record<Reference['$'], number[]>> = { producerId: [], sessionId: [] };

  constructor(runName: string) {
    this.#runName = runName;
  }

  /** A text of the script as the cluster gets it. */
  physical(text: string): string {
    return text.replace(LOGICAL, (_whole, name: string) => this.topicName(name));
  }

  topicName(logical: string): string {
    return `${this.#runName}${logical}`;
  }

  /** A text of the cluster as the script would write it. */
  logical(text: string): string {
    const byId = [...this.#topicIds].reduce(
      (shown, [name, id]) => shown.replaceAll(id, `{id:${name}}`),
      text,
    );
    const names = new RegExp(`${this.#runName}([a-z]+\\d*)`, 'g');
    return byId.replace(names, (_whole, name: string) => `{${name}}`);
  }

  /** Whether a name is that of a topic of another run: an answer about all topics has them, too. */
  isForeign(name: string): boolean {
    return RUN_NAME.test(name) && !name.startsWith(this.#runName);
  }

  bindTopic(logical: string, topicId: string): void {
    this.#topicIds.set(logical, topicId);
  }

  topicId(logical: string): string {
    return this.#topicIds.get(logical) ?? UNKNOWN_TOPIC_ID;
  }

  logicalTopicId(topicId: string): string {
    if (topicId === ZERO_UUID) return 'zero';
    if (topicId === UNKNOWN_TOPIC_ID) return '{id:unknown}';
    const known = [...this.#topicIds].find(([, id]) => id === topicId);
    return known === undefined ? '{id:new}' : `{id:${known[0]}}`;
  }

  /** A reference to an id that does not exist gives −1 for a producer id, and for a session id one that no session has. */
  resolve({ $, index }: Reference): number {
    return this.#ids[$][index] ?? ($ === 'producerId' ? -1 : 1);
  }

  /** The reference to an id of the cluster, which is remembered if it is new. Ids that mean "none" stay as they are. */
  shown($: Reference['$'], id: number): string | number {
    if (id < 0 || (id === 0 && $ === 'sessionId')) return id;
    const ids = this.#ids[$];
    const known = ids.indexOf(id);
    return `${$}#${known < 0 ? ids.push(id) - 1 : known}`;
  }
}
