import type { RequestBody, ResponseBody, SchemaName } from './schemas.js';

/** The request bodies of every served API, by its official name. */
export type RequestBodies = { readonly [A in SchemaName]: RequestBody<A> };

export type ResponseBodies = { readonly [A in SchemaName]: ResponseBody<A> };
