/**
 * Two independent clients, as encoders for this decoder and decoders for this encoder: KafkaJS (the older, inflexible
 * versions) and platformatic's (the newer, flexible ones).
 */
import { createRequire } from 'node:module';
import * as platformatic from '@platformatic/kafka';

const require = createRequire(import.meta.url);

interface KafkaJsRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
}

interface KafkaJsProtocol {
  readonly request: KafkaJsRequest;
  readonly response: { decode(bytes: Buffer): Promise<object> };
}

type Framer = (call: {
  readonly correlationId: number;
  readonly clientId: string;
  readonly request: KafkaJsRequest;
}) => Promise<{ readonly buffer: Buffer }>;

function kafkaJsProtocol(folder: string, version: number, options: object): KafkaJsProtocol {
  const { protocol } = require(`kafkajs/src/protocol/requests/${folder}/index.js`) as {
    protocol(asked: { version: number }): (options: object) => KafkaJsProtocol;
  };
  return protocol({ version })(options);
}

/** A whole frame, including its length. */
export async function kafkaJsFrame(folder: string, version: number, options: object): Promise<Uint8Array> {
  const frame = require('kafkajs/src/protocol/request.js') as Framer;
  const { request } = kafkaJsProtocol(folder, version, options);
  const { buffer } = await frame({ correlationId: 7, clientId: 'c', request });
  return new Uint8Array(buffer);
}

/** The body of a response as KafkaJS decodes it. */
export function kafkaJsRead(
  folder: string,
  version: number,
  options: object,
  body: Uint8Array,
): Promise<object> {
  return kafkaJsProtocol(folder, version, options).response.decode(Buffer.from(body));
}

interface PlatformaticApi {
  createRequest(...args: readonly unknown[]): { readonly buffer: Buffer };
  parseResponse(correlationId: number, apiKey: number, apiVersion: number, reader: object): object;
}

function platformaticApi(name: string): PlatformaticApi {
  const apis: Readonly<Record<string, unknown>> = platformatic;
  return apis[name] as PlatformaticApi;
}

/** The body of a request. */
export function platformaticRequest(name: string, args: readonly unknown[]): Uint8Array {
  return new Uint8Array(platformaticApi(name).createRequest(...args).buffer);
}

/** The body of a response as platformatic's client decodes it. */
export function platformaticRead(name: string, body: Uint8Array): object {
  return platformaticApi(name).parseResponse(7, 0, 0, platformatic.Reader.from(Buffer.from(body)));
}
