import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiVersions } from '../../broker/protocol/api-versions.js';
import { fetchApi } from '../../broker/protocol/apis/01-fetch.js';
import { metadataApi } from '../../broker/protocol/apis/03-metadata.js';
import { requestBytes, responseBytes } from '../../broker/protocol/channel/wire-frames.js';
import { encodeRequest } from '../../broker/protocol/codec.js';
import { METADATA_FETCH_KIND } from '../../broker/protocol/message-kinds.js';
import { METADATA_TOPIC_ID } from '../../broker/protocol/metadata-log-batch.js';
import type { StreamReader } from '../../harness/world/stream-reader.js';
import { readKafkaStreams } from './kafka-streams.js';

const metadataRequest = (correlationId: number): Uint8Array =>
  requestBytes({
    type: 'request',
    apiName: 'Metadata',
    apiVersion: apiVersions.Metadata,
    correlationId,
    clientId: 'a client with a name',
    body: metadataApi.request.defaults,
  });
const metadataResponse = (correlationId: number): Uint8Array =>
  responseBytes(
    { apiName: 'Metadata', apiVersion: apiVersions.Metadata, correlationId },
    metadataApi.response.defaults,
  );
const produceRequest = (correlationId: number): Uint8Array =>
  encodeRequest(
    'Produce',
    apiVersions.Produce,
    { correlationId, clientId: 'p' },
    {
      transactionalId: null,
      acks: 0,
      timeoutMs: 1,
      topicData: [],
    },
  );

/** The reader's result when the stream is written in pieces of these sizes: each piece that it cuts, with its kind. */
function read(
  reader: StreamReader,
  stream: Uint8Array,
  sizes: readonly number[],
): { kind: string; end: number }[] {
  const pieces: { kind: string; end: number }[] = [];
  let from = 0;
  for (const size of [...sizes, stream.length]) {
    const chunk = stream.subarray(from, from + size);
    for (let at = 0; at < chunk.length; ) {
      at += reader.take(chunk, at);
      pieces.push({ kind: reader.kind, end: from + at });
    }
    from = Math.min(stream.length, from + size);
  }
  return pieces;
}

const fetchRequest = (correlationId: number, apiVersion: number, topicIds: readonly string[]): Uint8Array =>
  encodeRequest(
    'Fetch',
    apiVersion,
    { correlationId, clientId: 'raft-1' },
    {
      ...fetchApi.request.defaults,
      topics: topicIds.map((topicId) => ({ topic: '', topicId, partitions: [] })),
    },
  );

describe('a Fetch of the metadata log', () => {
  const other = 'AAECAwQFBgcICQoLDA0ODw';
  const requests = [
    fetchRequest(1, 18, [METADATA_TOPIC_ID]),
    fetchRequest(2, 18, [other]),
    fetchRequest(3, 13, [METADATA_TOPIC_ID]),
    fetchRequest(4, 18, []),
    fetchRequest(5, 12, []),
    fetchRequest(6, 4, []),
  ];
  const kinds = [METADATA_FETCH_KIND, 'Fetch', METADATA_FETCH_KIND, 'Fetch', 'Fetch', 'Fetch'];
  const stream = Uint8Array.from(requests.flatMap((request) => [...request]));

  it('has a kind of its own, whatever pieces it is written in, and so has its response', () => {
    const ends = requests.map((_, index) =>
      requests.slice(0, index + 1).reduce((bytes, each) => bytes + each.length, 0),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (sizes) => {
        const { toListener, toConnector } = readKafkaStreams();
        const pieces = read(toListener, stream, sizes);
        expect(ends.map((end) => pieces.find((piece) => piece.end === end)?.kind)).toEqual(kinds);
        const responses = [1, 2, 3, 4, 5, 6].map((correlationId) => {
          const answered = { apiName: 'Fetch', apiVersion: 18, correlationId } as const;
          return read(toConnector, responseBytes(answered, fetchApi.response.defaults), [])[0]?.kind;
        });
        expect(responses).toEqual(kinds.map((kind) => `${kind} response`));
      }),
    );
  });
});

describe('the kinds of the messages in a stream', () => {
  const requests = [metadataRequest(1), produceRequest(2), metadataRequest(3)];
  const stream = Uint8Array.from(requests.flatMap((request) => [...request]));

  it('are those of the frames, whatever pieces they are written in, and no piece crosses the end of a frame', () => {
    const ends = requests.map((_, index) =>
      requests.slice(0, index + 1).reduce((sum, each) => sum + each.length, 0),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (sizes) => {
        const pieces = read(readKafkaStreams().toListener, stream, sizes);
        expect(pieces.filter(({ end }) => ends.includes(end))).toEqual([
          { kind: 'Metadata', end: ends[0] },
          { kind: 'Produce', end: ends[1] },
          { kind: 'Metadata', end: ends[2] },
        ]);
        let from = 0;
        for (const { kind, end } of pieces) {
          const frame = ends.findIndex((each) => end <= each);
          expect(from).toBeGreaterThanOrEqual(frame === 0 ? 0 : ends[frame - 1]!);
          expect(['', frame === 1 ? 'Produce' : 'Metadata']).toContain(kind);
          from = end;
        }
      }),
    );
  });

  it('of responses are those of their requests, also after a Produce with acks=0, which has none', () => {
    const { toListener, toConnector } = readKafkaStreams();
    read(toListener, stream, []);
    expect(read(toConnector, metadataResponse(1), [])).toMatchObject([{ kind: 'Metadata response' }]);
    expect(read(toConnector, metadataResponse(3), [3]).at(-1)).toMatchObject({ kind: 'Metadata response' });
    expect(read(toConnector, metadataResponse(9), []).at(-1)).toMatchObject({ kind: '' });
  });
});
