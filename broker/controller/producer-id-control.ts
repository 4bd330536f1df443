/** Decides AllocateProducerIds (KIP-730; org.apache.kafka.controller.ProducerIdControlManager). */

import type { MetadataImage } from '../metadata/metadata-image.js';
import type {
  AllocateProducerIdsRequest,
  AllocateProducerIdsResponse,
} from '../protocol/apis/67-allocate-producer-ids.js';
import { metadataRecord } from '../protocol/metadata-records.js';
import type { ControllerRules } from '../rules/controller/index.js';
import type { Decision } from './decision.js';

export function allocateProducerIds(
  { brokerId, brokerEpoch }: AllocateProducerIdsRequest,
  image: MetadataImage,
  rules: ControllerRules,
): Decision<AllocateProducerIdsResponse> {
  const registeredEpoch = image.brokers.get(brokerId)?.brokerEpoch ?? null;
  const errorCode = rules.checkBrokerEpoch({ registeredEpoch, requestEpoch: brokerEpoch });
  if (errorCode !== 'NONE') {
    return { records: [], response: { throttleTimeMs: 0, errorCode, producerIdStart: -1, producerIdLen: 0 } };
  }
  const { nextProducerId } = image;
  const block = rules.nextProducerIds({ nextProducerId, brokerId, brokerEpoch });
  return {
    records: [
      metadataRecord('ProducerIdsRecord', { brokerId, brokerEpoch, nextProducerId: block.nextProducerId }),
    ],
    response: {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      producerIdStart: block.firstProducerId,
      producerIdLen: block.size,
    },
  };
}
