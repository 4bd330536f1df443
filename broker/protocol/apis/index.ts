import type { MetadataLogFetchRequest, MetadataLogFetchResponse } from './01-metadata-log-fetch.js';
import type { RequestBody, ResponseBody, SchemaName } from './schemas.js';

/** Described, and served by nobody yet. */
type UnservedName = 'DeleteTopics';
type ServedName = Exclude<SchemaName, UnservedName>;

/** The request bodies of every API that is served, by its official name. */
export type RequestBodies = { readonly [A in ServedName]: RequestBody<A> } & {
  readonly MetadataLogFetch: MetadataLogFetchRequest;
};

export type ResponseBodies = { readonly [A in ServedName]: ResponseBody<A> } & {
  readonly MetadataLogFetch: MetadataLogFetchResponse;
};
