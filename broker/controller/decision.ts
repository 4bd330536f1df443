import type { MetadataRecord } from '../protocol/metadata-records.js';

/** What the controller makes of a request: records that change state once replayed, and the answer once they are committed. */
export interface Decision<Response> {
  readonly records: readonly MetadataRecord[];
  readonly response: Response;
}
