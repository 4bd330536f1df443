/** The instants of the synthetic story: the leader of orders-0 crashes, the next is elected, the first is back, it truncates. */
export const storyMicros = {
  crash: 3_204_000,
  election: 3_912_000,
  restart: 7_204_000,
  truncation: 7_380_000,
} as const;
