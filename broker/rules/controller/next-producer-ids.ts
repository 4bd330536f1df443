/**
 * The block of producer ids that the controller allocates to a broker (KIP-730;
 * org.apache.kafka.controller.ProducerIdControlManager). No two blocks of one cluster ever overlap, because
 * a producer id names one producer for ever.
 */
export interface ProducerIdRequest {
  /** The first id that is in no earlier block, according to the metadata log. */
  readonly nextProducerId: number;
  readonly brokerId: number;
  readonly brokerEpoch: number;
}

export interface ProducerIdBlock {
  readonly firstProducerId: number;
  readonly size: number;
  /** The next producer id as the metadata log must record it. */
  readonly nextProducerId: number;
}

const BLOCK_SIZE = 1_000;

export const nextProducerIds = ({ nextProducerId }: ProducerIdRequest): ProducerIdBlock => ({
  firstProducerId: nextProducerId,
  size: BLOCK_SIZE,
  nextProducerId: nextProducerId + BLOCK_SIZE,
});
