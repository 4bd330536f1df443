/**
 * A script of raw requests that runs against Apache Kafka and against this project's cluster. A script is plain JSON, so that one that
 * found a difference can be kept.
 *
 * A body holds only the fields that differ from their defaults. What a cluster chooses itself is written as a reference:
 *
 * - `{t0}` in a text: a topic's name, made unique for each run of a script. `{c0}`: the same, for a topic whose replicas the cluster places.
 * - `{id:t0}` as a uuid: the id of that topic; `{id:unknown}`: an id that no topic has.
 * - `{ $: 'producerId', index: 0 }`: the producer id in the first answer to InitProducerId; `sessionId`: the id of the first fetch session.
 * - `{ $: 'batch', … }` in a records field: a record batch (`scripted-batch.ts`); `{ $: 'batches', list: […] }`: several.
 */
import type { SchemaName } from '../../broker/protocol/apis/schemas.js';
import type { ScriptedBatch } from './scripted-batch.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface Reference {
  readonly $: 'producerId' | 'sessionId';
  readonly index: number;
}

export interface ScriptedBatches {
  readonly $: 'batches';
  readonly list: readonly ScriptedBatch[];
}

/** What is wrong with the bytes of a request. */
export interface FrameDamage {
  readonly apiKey?: number;
  readonly apiVersion?: number;
  /** So many bytes are missing at the end; the length of the frame is right. */
  readonly cutBytes?: number;
  /** So many zero bytes follow the body. */
  readonly extraBytes?: number;
}

export interface Step {
  readonly api: SchemaName;
  readonly version: number;
  /** The id of the broker that gets the request. */
  readonly broker: number;
  readonly body: { readonly [field: string]: Json };
  readonly damage?: FrameDamage;
}

export interface Script {
  readonly steps: readonly Step[];
}

/** What came back: a normalised body, or how the connection ended. */
export type StepAnswer =
  | { readonly body: Json }
  | { readonly outcome: 'closed' | 'silence' | 'unanswered' | 'unreadable' };
