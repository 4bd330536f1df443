import type { RequestBody, ResponseBody, SchemaName } from './schemas.js';

/** APIs that have a schema but no handler. */
type UnservedName = 'DeleteRecords';
export type ServedName = Exclude<SchemaName, UnservedName>;

/** The request bodies of every served API, by its official name. */
export type RequestBodies = { readonly [A in ServedName]: RequestBody<A> };

export type ResponseBodies = { readonly [A in ServedName]: ResponseBody<A> };
