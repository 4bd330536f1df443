/** Readers of the streams on a network. They find the kind of each message for `holdKind`, which depends on the protocol. */

/** Follows one direction of one connection from its first byte. */
export interface StreamReader {
  /**
   * Reads `bytes` from `from` on, up to the end of a message or of the bytes; returns how many (at least 1) belong together. These
   * travel under the name that `kind` has afterwards.
   */
  take(bytes: Uint8Array, from: number): number;
  /** The kind of the message that was read last; empty while its head is incomplete. */
  readonly kind: string;
}

/** Both directions of one connection: the kind of a response may be known from its request alone. */
export interface StreamReaders {
  readonly toListener: StreamReader;
  readonly toConnector: StreamReader;
}
