/**
 * Answers requests with an error in place of carrying them out, as rules say. The rules come from the surroundings of
 * the broker: a fault `answer-error`. Requests of other brokers are carried out: a replica that fetches, say.
 */
import type { ResponseBodies } from './apis/index.js';
import { errorAnswer } from './error-answer.js';
import { errorNamed } from './errors.js';
import type { ApiName, RequestFrame } from './frame.js';
import {
  namesPartition,
  type TopicNameOf,
  withoutPartition,
  withRefusedPartition,
} from './named-partitions.js';
import type { Reply, RequestContext, RpcHandler } from './rpc-server.js';

/** An error that a request gets. */
export interface AnsweredError {
  /** The name or the code of the error. */
  readonly error: string | number;
  /** The only partition of the request that gets the error, for example `orders-0`; null: the whole request. */
  readonly partition: string | null;
}

export interface AnswerRules {
  /** False: no rule stands. */
  readonly some: boolean;
  /** Null: the request is carried out. `names`: whether the request names a partition. */
  take(apiName: string, names: (partition: string) => boolean): AnsweredError | null;
}

/** @param rules null: every request is carried out. */
export function answeringErrors(
  handler: RpcHandler,
  rules: AnswerRules | null,
  topicNameOf: TopicNameOf,
): RpcHandler {
  if (rules === null) return handler;
  return (request, reply, context) => {
    const answered =
      rules.some && !isFromBroker(request)
        ? rules.take(request.apiName, (partition) => namesPartition(request, partition, topicNameOf))
        : null;
    if (answered === null) handler(request, reply, context);
    else refuse(answered, { handler, request, reply, context, topicNameOf });
  };
}

interface Refusal {
  readonly handler: RpcHandler;
  readonly request: RequestFrame;
  readonly reply: Reply;
  readonly context: RequestContext;
  readonly topicNameOf: TopicNameOf;
}

function refuse({ error, partition }: AnsweredError, refusal: Refusal): void {
  const { handler, request, reply, context, topicNameOf } = refusal;
  const name = errorNamed(error) ?? 'UNKNOWN_SERVER_ERROR';
  const { apiName, body, apiVersion } = request;
  if ('acks' in body && body.acks === 0) {
    // The client reads no response, so Kafka reports an error by the end of the connection.
    reply.close();
  } else if (partition === null) {
    reply.respond(errorAnswer(apiName, body, name, apiVersion));
  } else {
    const { rest, refused } = withoutPartition(request, partition, name, topicNameOf);
    if (rest === null) reply.respond(refused);
    else handler(rest, new PartialReply(reply, apiName, refused), context);
  }
}

/** Adds the refused partition to the response. */
class PartialReply implements Reply {
  readonly #reply: Reply;
  readonly #apiName: ApiName;
  readonly #refused: ResponseBodies[ApiName];

  constructor(reply: Reply, apiName: ApiName, refused: ResponseBodies[ApiName]) {
    this.#reply = reply;
    this.#apiName = apiName;
    this.#refused = refused;
  }

  respond(body: ResponseBodies[ApiName]): void {
    this.#reply.respond(withRefusedPartition(this.#apiName, body, this.#refused));
  }

  respondLast(body: ResponseBodies[ApiName]): void {
    this.#reply.respondLast(withRefusedPartition(this.#apiName, body, this.#refused));
  }

  respondNothing(): void {
    this.#reply.respondNothing();
  }

  close(): void {
    this.#reply.close();
  }
}

function isFromBroker({ body }: RequestFrame): boolean {
  return (
    ('replicaId' in body && body.replicaId >= 0) ||
    ('replicaState' in body && body.replicaState.replicaId >= 0)
  );
}
