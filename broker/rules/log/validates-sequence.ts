/**
 * Whether an append is held against the producer's sequence numbers. Leaders only: a follower takes what its leader
 * took, since the state it would compare with may have been truncated or expired (KAFKA-6003).
 */
export function validatesSequence(input: { readonly role: 'leader' | 'follower' }): boolean {
  return input.role === 'leader';
}
