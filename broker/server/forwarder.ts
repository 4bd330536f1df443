/**
 * Forwards administrative requests of clients to the active controller (KIP-590; kafka.server.ForwardingManager).
 *
 * - The request is sent again after every failure of the connection, and after each answer of a voter that does not
 *   lead the quorum. It may therefore arrive more than once. After `FORWARDING_TIMEOUT_MICROS` the client gets
 *   REQUEST_TIMED_OUT; the outcome is unknown then.
 * - Kafka wraps the request in an Envelope with the client's principal. Here every client has the same principal,
 *   because there is no authentication, and the request is sent as it is, in the newest version.
 */
import type { Env } from '../env.js';
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import { errorAnswer, inVersion } from '../protocol/error-answer.js';
import type { ControllerChannel } from './controller-channel.js';

export type ForwardedApi =
  | 'CreateTopics'
  | 'AlterConfigs'
  | 'CreatePartitions'
  | 'DeleteTopics'
  | 'DescribeQuorum'
  | 'ElectLeaders'
  | 'IncrementalAlterConfigs';

/** kafka.server.BrokerServer: the retry timeout of the channel for forwarded requests. */
const FORWARDING_TIMEOUT_MICROS = 60_000_000;

export class Forwarder {
  readonly #env: Env;
  readonly #channel: ControllerChannel;

  constructor(env: Env, channel: ControllerChannel) {
    this.#env = env;
    this.#channel = channel;
  }

  /** `version`: that of the client's request. Nothing is answered after the channel has been closed. */
  forward<A extends ForwardedApi>(
    apiName: A,
    body: RequestBodies[A],
    version: number,
    respond: (response: ResponseBodies[A]) => void,
  ): void {
    const deadlineMicros = this.#env.clock.monotonicMicros() + FORWARDING_TIMEOUT_MICROS;
    this.#channel.sendUntil(deadlineMicros, apiName, body, (response) => {
      respond(
        response === null
          ? errorAnswer(apiName, body, 'REQUEST_TIMED_OUT', version)
          : inVersion(apiName, response, version),
      );
    });
  }
}
