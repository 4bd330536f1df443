/** A running cluster as the conformance suite sees it: ours or Apache Kafka's. */
import type { Address } from '../broker/env.js';

export interface Cluster {
  /** For messages. */
  readonly name: string;
  readonly bootstrapServers: string;
  /** The address of each broker, by broker id: 1, 2, 3. */
  readonly brokers: ReadonlyMap<number, Address>;
  close(): Promise<void>;
}
