/**
 * The headers of requests and responses. Request header 2 and response header 1 belong to the flexible versions of an
 * API. An ApiVersions response has header 0 in every version, because a client that does not know the broker yet must
 * be able to read it.
 */
import { int16, int32, string } from './schema/field.js';
import { Message } from './schema/message.js';

export const requestHeader = new Message({
  name: 'RequestHeader',
  validVersions: '1-2',
  flexibleVersions: '2+',
  fields: {
    requestApiKey: int16('0+'),
    requestApiVersion: int16('0+'),
    correlationId: int32('0+'),
    clientId: string('1+', { nullableVersions: '1+', neverFlexible: true }),
  },
});

export const responseHeader = new Message({
  name: 'ResponseHeader',
  validVersions: '0-1',
  flexibleVersions: '1+',
  fields: { correlationId: int32('0+') },
});

const API_VERSIONS_KEY = 18;

export function requestHeaderVersion(isFlexible: boolean): number {
  return isFlexible ? 2 : 1;
}

export function responseHeaderVersion(apiKey: number, isFlexible: boolean): number {
  return isFlexible && apiKey !== API_VERSIONS_KEY ? 1 : 0;
}
