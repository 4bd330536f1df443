/** The producer that a producer process drives: the native one, or a client of other people. */

import type {
  ProducerRecord,
  RecordMetadata,
  SendRefusal,
} from '../../broker/clients/producer/producer-record.js';
import type { OnSequenceRefused } from '../../broker/clients/producer/sender.js';
import type { ClientRules } from '../../broker/clients/rules/index.js';
import type { Properties } from '../../broker/config/definitions.js';
import type { Address, Env } from '../../broker/env.js';

export interface ProducerSetup {
  readonly clientId: string;
  readonly bootstrap: readonly Address[];
  readonly config: Properties;
  readonly firstSequence: number;
  readonly rules: ClientRules;
  readonly onRefusal: OnSequenceRefused;
}

/** A send that failed, with the error in the words of the client. */
export type SendFailed = Omit<SendRefusal, 'error'> & { readonly error: string };
export type SendOutcome = RecordMetadata | SendFailed;

export interface RecordProducer {
  send(record: ProducerRecord, done: (outcome: SendOutcome) => void): void;
  /** Finishes the records that it has, within the time. */
  close(timeoutMs: number, done: () => void): void;
}

export interface ProducerClient {
  open(env: Env, setup: ProducerSetup): RecordProducer;
  /** Called after each event of the producer's host; absent: nothing follows an event. */
  readonly afterEvent?: () => void;
}
