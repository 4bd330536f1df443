/** A fault that was applied to a link, a disk or a clock of the world. */
export interface FaultHandle {
  /** Ends the fault. Other faults on the same link or disk stay. A second call does nothing. */
  heal(): void;
  /** The number of effects: packets lost or delayed, operations failed or slowed. 0: the fault did not matter. */
  readonly affected: number;
}
