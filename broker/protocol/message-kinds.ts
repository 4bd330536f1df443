/**
 * The names of requests and responses in fault plans and traces: `Produce` and `Produce response`. A request has the
 * name of its API, except a Fetch of the metadata log. By that one a broker follows the controller, so a plan can hold
 * it and leave the replication of topics alone.
 */
import { apiVersions } from './api-versions.js';
import type { ApiName, RequestFrame } from './frame.js';
import { METADATA_TOPIC, METADATA_TOPIC_ID } from './metadata-log-batch.js';

export const METADATA_FETCH_KIND = `Fetch of ${METADATA_TOPIC}`;

const requestKinds: readonly string[] = [...Object.keys(apiVersions), METADATA_FETCH_KIND];
const responseKinds: Readonly<Record<string, string>> = Object.fromEntries(
  requestKinds.map((kind) => [kind, `${kind} response`]),
);

export function requestKind({ apiName, body }: Pick<RequestFrame, 'apiName' | 'body'>): string {
  return apiName === 'Fetch' && isMetadataFetch(body) ? METADATA_FETCH_KIND : apiName;
}

/** The kind of the response to a request of this kind. */
export const responseKind = (kind: string): string => responseKinds[kind]!;

/** Every kind of message, requests first. */
export const messageKinds: readonly string[] = [...requestKinds, ...Object.values(responseKinds)];

function isMetadataFetch(body: RequestFrame<ApiName>['body']): boolean {
  if (!('replicaState' in body)) return false;
  const topic = body.topics[0];
  return topic !== undefined && topic.topicId === METADATA_TOPIC_ID;
}
