/**
 * The batches of one pass over the partitions, grouped by the broker that receives them. At most 1 MiB
 * (`max.request.size`) per broker.
 */
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

  /** Sends each request and begins a new round. Returns false when there was no request. */
  send(transmit: (broker: BrokerConnection, batches: readonly ProducerBatch[]) => void): boolean {
    if (this.#loads.length === 0) return false;
    const loads = this.#loads;
    this.#loads = [];
    for (const { broker, batches } of loads) transmit(broker, batches);
    return true;
  }
}
