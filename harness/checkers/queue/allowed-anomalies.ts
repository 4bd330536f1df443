/** The anomalies that Kafka's model permits in every history, with any settings of the cluster. */

export interface AllowedOptions {
  /** How consumers got their partitions. Default: `subscribe` when the history has one, else `assign`. */
  readonly subVia?: readonly ('assign' | 'subscribe')[];
  /** True: the order of offsets counts as a dependency between writers. Default true. */
  readonly wwDeps?: boolean;
}

const NO_WRITE_ISOLATION = 'sends of concurrent transactions may interleave: Kafka does not isolate writes';
const REBALANCE = 'a subscribed consumer may lose and regain partitions between two polls';
const WRITE_ORDER_IN_CYCLE = 'write order counts as a dependency here, and writes are not isolated';

/** The reason why each allowed anomaly is allowed, by its name. */
export function allowedAnomalies(options: AllowedOptions = {}): ReadonlyMap<string, string> {
  const allowed = new Map<string, string>();
  const allow = (reason: string, ...names: readonly string[]): void => {
    for (const name of names) allowed.set(name, reason);
  };
  allow(NO_WRITE_ISOLATION, 'int-send-skip', 'G0', 'G0-process', 'G0-realtime');
  allow(NO_WRITE_ISOLATION, 'PL-1-cycle-exists', 'strong-PL-1-cycle-exists');
  if (options.subVia?.includes('subscribe')) allow(REBALANCE, 'poll-skip', 'nonmonotonic-poll');
  if (options.wwDeps ?? true) {
    allow(WRITE_ORDER_IN_CYCLE, 'G1c', 'G1c-process', 'G1c-realtime');
    allow(WRITE_ORDER_IN_CYCLE, 'PL-2-cycle-exists', 'strong-PL-2-cycle-exists');
  }
  return allowed;
}
