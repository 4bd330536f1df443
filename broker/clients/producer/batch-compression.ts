import type { ProducerConfig } from '../../config/definitions.js';
import type { Compression } from '../../protocol/compression/codec.js';

/** CompressionRatioEstimator: an estimate rises quickly and falls slowly, so that few batches come out too large. */
const RISE = 0.05;
const FALL = 0.005;

/** How a producer compresses its batches, and how small it expects the next one of a topic to become. */
export class BatchCompression {
  readonly compression: Compression;
  readonly #ratios = new Map<string, number>();

  constructor(config: ProducerConfig) {
    const type = config['compression.type'];
    this.compression = { type, level: levelOf(config) };
  }

  /** The expected compressed size of one byte; 1 without compression. */
  ratioOf(topic: string): number {
    return this.#ratios.get(topic) ?? 1;
  }

  observe(topic: string, observed: number): void {
    const before = this.ratioOf(topic);
    const after = observed > before ? Math.max(before + RISE, observed) : Math.max(before - FALL, observed);
    this.#ratios.set(topic, after);
  }

  /** A batch of this ratio was too large for the broker. */
  startAgain(topic: string, ratio: number): void {
    this.#ratios.set(topic, Math.max(1, ratio));
  }
}

function levelOf(config: ProducerConfig): number {
  switch (config['compression.type']) {
    case 'gzip':
      return config['compression.gzip.level'];
    case 'lz4':
      return config['compression.lz4.level'];
    case 'zstd':
      return config['compression.zstd.level'];
    default:
      return 0;
  }
}
