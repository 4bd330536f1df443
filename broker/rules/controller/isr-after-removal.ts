/**
 * The ISR after a broker is fenced, shuts down or registers as a new incarnation (KIP-631, KIP-841).
 *
 * The last member stays in the ISR although it is down: only that member is known to hold every committed
 * record. The partition waits for it without a leader. (KIP-966 later gave such replicas a set of their
 * own, the ELR.)
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
