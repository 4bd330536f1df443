/**
 * The maximal ISR (KIP-497, KAFKA-12686). While a change of the ISR is pending, the leader does not know
 * whether the controller accepted it, so it counts every replica that may be a member: the old ISR during a
 * shrink, the old and the new members during an expansion.
 */
export type IsrState =
  | { readonly kind: 'committed'; readonly isr: readonly number[] }
  | { readonly kind: 'pending-expand'; readonly isr: readonly number[]; readonly added: number }
  | { readonly kind: 'pending-shrink'; readonly isr: readonly number[]; readonly removed: readonly number[] };

export function maximalIsr(state: IsrState): readonly number[] {
  return state.kind === 'pending-expand' ? [...state.isr, state.added] : state.isr;
}
