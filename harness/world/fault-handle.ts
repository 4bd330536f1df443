/** A fault that was applied through one of the world's doors. */
export interface FaultHandle {
  /** Takes the fault away; others on the same link or disk stay. Twice does nothing. */
  heal(): void;
  /** How often it had an effect: packets lost or delayed, operations failed or slowed. 0: it did not matter. */
  readonly affected: number;
}
