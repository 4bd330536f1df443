export interface ChecksumOccasion {
  /** `stored-read`: bytes that came from the disk, on their way to a consumer or follower. */
  readonly occasion: 'leader-append' | 'follower-append' | 'stored-read';
}

/**
 * Whether the CRC-32C of a batch is compared with its bytes now. Kafka: leaders and followers check every batch they
 * append (KIP-98); what is read from disk is checked by whoever receives it, here already before it is sent.
 */
export function verifiesChecksum(_: ChecksumOccasion): boolean {
  return true;
}
