import { isDefiniteFailure, mayHaveLanded } from './acknowledgement.js';
import { acceptsLeaderEpoch, judgePosition, mustValidatePosition } from './leadership.js';
import {
  advanceSequence,
  mayBumpProducerEpoch,
  mayPipeline,
  mayResendBatch,
  refusalProvesAbsence,
} from './sequence.js';

/** Every decision of a client that the safety of data rests on; the wrong ones of history are put in through this door. */
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

/** As Kafka's Java clients 4.x decide, except where they are known to be wrong (KAFKA-13574, KAFKA-14034). */
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
