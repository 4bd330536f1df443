export interface ChecksumOccasion {
  /** `stored-read`: bytes read from the disk, to be sent to a consumer or follower. */
  readonly occasion: 'leader-append' | 'follower-append' | 'stored-read';
}

/**
 * Whether the CRC-32C of a batch is compared with its bytes. In Kafka leaders and followers check every
 * batch that they append (KIP-98). Bytes read from disk are checked by their receiver in Kafka; this broker
 * also checks them before it sends them.
 */
export function verifiesChecksum(_: ChecksumOccasion): boolean {
  return true;
}
