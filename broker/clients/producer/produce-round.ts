/** The batches of one pass over the partitions, gathered by the broker they go to. At most 1 MiB (`max.request.size`) each. */
import { appended } from '../../protocol/appended.js';
import type { BrokerConnection } from '../broker-connections.js';
import type { ProducerBatch } from './producer-batch.js';

export const MAX_REQUEST_BYTES = 1_048_576;

interface Load {
  readonly broker: BrokerConnection;
  readonly batches: ProducerBatch[];
  sizeBytes: number;
}

export class ProduceRound {
  #loads: Load[] = [];

  /** False when the request to this broker is full. */
  take(broker: BrokerConnection, batch: ProducerBatch): boolean {
    for (const load of this.#loads) {
      if (load.broker !== broker) continue;
      if (load.sizeBytes + batch.sizeBytes > MAX_REQUEST_BYTES) return false;
      load.batches.push(batch);
      load.sizeBytes += batch.sizeBytes;
      return true;
    }
    this.#loads = appended(this.#loads, { broker, batches: [batch], sizeBytes: batch.sizeBytes });
    return true;
  }

  /** Hands over each request and begins a new round; false when there was none. */
  send(transmit: (broker: BrokerConnection, batches: readonly ProducerBatch[]) => void): boolean {
    if (this.#loads.length === 0) return false;
    const loads = this.#loads;
    this.#loads = [];
    for (const { broker, batches } of loads) transmit(broker, batches);
    return true;
  }
}
