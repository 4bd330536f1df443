/**
 * The ISR once a broker is fenced, shuts down or comes back as a new incarnation (KIP-631, KIP-841).
 *
 * The last member stays, though it is down: it alone is known to hold every committed record, so the partition waits
 * for it without a leader (before KIP-966 gave such replicas a set of their own).
 */
export interface IsrRemoval {
  readonly isr: readonly number[];
  readonly replicas: readonly number[];
  readonly brokerId: number;
}

export function isrAfterRemoval({ isr, brokerId }: IsrRemoval): readonly number[] {
  if (!isr.includes(brokerId)) return isr;
  const rest = isr.filter((member) => member !== brokerId);
  return rest.length === 0 ? isr : rest;
}
