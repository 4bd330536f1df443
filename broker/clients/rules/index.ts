import { isDefiniteFailure, mayHaveLanded } from './acknowledgement.js';
import { acceptsLeaderEpoch, judgePosition, mustValidatePosition } from './leadership.js';
import {
  advanceSequence,
  mayBumpProducerEpoch,
  mayPipeline,
  mayResendBatch,
  refusalProvesAbsence,
} from './sequence.js';

/**
 * Every decision of a client that the safety of data rests on. A historic bug is one of these functions as
 * Kafka once had it, passed in instead of the present one.
 */
export interface ClientRules {
  readonly mayHaveLanded: typeof mayHaveLanded;
  readonly isDefiniteFailure: typeof isDefiniteFailure;
  readonly advanceSequence: typeof advanceSequence;
  readonly mayPipeline: typeof mayPipeline;
  readonly mayResendBatch: typeof mayResendBatch;
  readonly mayBumpProducerEpoch: typeof mayBumpProducerEpoch;
  readonly refusalProvesAbsence: typeof refusalProvesAbsence;
  readonly acceptsLeaderEpoch: typeof acceptsLeaderEpoch;
  readonly mustValidatePosition: typeof mustValidatePosition;
  readonly judgePosition: typeof judgePosition;
}

/** The decisions of Kafka's Java clients 4.x, except those known to be wrong (KAFKA-13574, KAFKA-14034). */
export const clientRules: ClientRules = {
  mayHaveLanded,
  isDefiniteFailure,
  advanceSequence,
  mayPipeline,
  mayResendBatch,
  mayBumpProducerEpoch,
  refusalProvesAbsence,
  acceptsLeaderEpoch,
  mustValidatePosition,
  judgePosition,
};
