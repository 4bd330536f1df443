import type { Decision as CoordinatorDecision } from '../coordination/decision.js';
import type { MetadataRecord } from '../protocol/metadata-records.js';

/** What the controller makes of a request. */
export type Decision<Response> = CoordinatorDecision<Response, MetadataRecord>;
