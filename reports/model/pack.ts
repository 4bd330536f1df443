/** Columns to text for the page: packed, deflated (raw), base64. The page's half is `page/load.ts`. */
import { deflateRawSync } from 'node:zlib';
import { packNumbers } from './numbers.js';
import type { ColumnName, ColumnPlace } from './timeline.js';

export interface PackedColumns {
  readonly places: readonly ColumnPlace[];
  readonly base64: string;
}

export function packColumns(columns: Readonly<Record<string, readonly number[]>>): PackedColumns {
  const parts: Uint8Array[] = [];
  const places: ColumnPlace[] = [];
  let position = 0;
  for (const [name, numbers] of Object.entries(columns)) {
    const bytes = packNumbers(numbers);
    places.push({ name: name as ColumnName, count: numbers.length, position, sizeBytes: bytes.length });
    parts.push(bytes);
    position += bytes.length;
  }
  return { places, base64: deflateRawSync(Buffer.concat(parts), { level: 9 }).toString('base64') };
}
