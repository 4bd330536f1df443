/**
 * Whether an append is checked against the producer's sequence numbers. Only leaders check. A follower
 * appends what its leader appended, because the follower's own producer state may have been truncated or
 * expired (KAFKA-6003).
 */
export function validatesSequence(input: { readonly role: 'leader' | 'follower' }): boolean {
  return input.role === 'leader';
}
