/**
 * The compression of a record batch (org.apache.kafka.common.record.CompressionType): the three lowest bits of the
 * batch's attributes. Only the records of the batch are compressed; its header is not.
 */
export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** In the order of their ids. */
const TYPES: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** null: no compression type has this id. */
export const compressionTypeOf = (attributes: number): CompressionType | null =>
  TYPES[attributes & 0x07] ?? null;

export const compressionIdOf = (type: CompressionType): number => TYPES.indexOf(type);
