/**
 * KIP-497 (KAFKA-12686): while a change of the ISR is on its way the leader does not know whether the controller took
 * it, so it counts every replica that may be a member: the old ISR in a shrink, old and new in an expansion.
 */
export type IsrState =
  | { readonly kind: 'committed'; readonly isr: readonly number[] }
  | { readonly kind: 'pending-expand'; readonly isr: readonly number[]; readonly added: number }
  | { readonly kind: 'pending-shrink'; readonly isr: readonly number[]; readonly removed: readonly number[] };

export function maximalIsr(state: IsrState): readonly number[] {
  return state.kind === 'pending-expand' ? [...state.isr, state.added] : state.isr;
}
