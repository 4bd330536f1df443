/** The page's half of `model/pack.ts`: from the text in the document to columns. */
import { unpackNumbers } from '../model/numbers.js';
import type { PageData } from '../model/page-data.js';
import type { ColumnPlace, TimelineColumns } from '../model/timeline.js';

export interface LoadedReport {
  readonly data: PageData;
  readonly columns: TimelineColumns;
}

export async function loadReport(): Promise<LoadedReport> {
  const data = JSON.parse(textOf('report-data')) as PageData;
  const packed = bytesOf(textOf('report-columns'));
  return { data, columns: columnsOf(data.columns, await inflate(packed)) };
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (typeof DecompressionStream === 'undefined') {
    throw new Error('The timeline needs a browser from 2023 or later (DecompressionStream).');
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function columnsOf(places: readonly ColumnPlace[], bytes: Uint8Array): TimelineColumns {
  const columns: Partial<Record<keyof TimelineColumns, Float64Array>> = {};
  for (const { name, count, position, sizeBytes } of places) {
    columns[name] = unpackNumbers(bytes.subarray(position, position + sizeBytes), count);
  }
  return columns as TimelineColumns;
}
