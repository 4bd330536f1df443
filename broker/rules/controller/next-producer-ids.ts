/**
 * The block of producer ids that a broker is given (KIP-730; org.apache.kafka.controller.ProducerIdControlManager).
 * No two blocks of one cluster overlap, ever: a producer id names one producer for all time.
 */
export interface ProducerIdRequest {
  /** The first id that no earlier block holds, by the metadata log. */
  readonly nextProducerId: number;
  readonly brokerId: number;
  readonly brokerEpoch: number;
}

export interface ProducerIdBlock {
  readonly firstProducerId: number;
  readonly size: number;
  /** What the metadata log is to remember. */
  readonly nextProducerId: number;
}

const BLOCK_SIZE = 1_000;

export const nextProducerIds = ({ nextProducerId }: ProducerIdRequest): ProducerIdBlock => ({
  firstProducerId: nextProducerId,
  size: BLOCK_SIZE,
  nextProducerId: nextProducerId + BLOCK_SIZE,
});
