import type { Decision as CoordinatorDecision } from '../coordination/decision.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';

/** The controller's decision on a request. */
export type Decision<Response> = CoordinatorDecision<Response, MetadataRecord>;
