/** The timeouts of a machine's network stack, in microseconds. The program on the machine has its own timeouts. */
export interface NetworkTiming {
  /** First retransmission after a loss; doubles with each further loss. Linux: 200 ms. */
  readonly retransmissionMicros: number;
  /** The longest retransmission delay. Linux: 120 s; shorter here, so that a healed cut is noticed within a run. */
  readonly retransmissionMaxMicros: number;
  /** A connection without a successful transmission for this time ends as timed out. Linux: about 15 minutes. */
  readonly giveUpMicros: number;
  /** First repetition of an unanswered connection request; doubles. */
  readonly connectRetryMicros: number;
  /** An unanswered connection attempt ends as timed out after this time. Linux: 127 s, after six repetitions. */
  readonly connectTimeoutMicros: number;
}

export const defaultTiming: NetworkTiming = {
  retransmissionMicros: 200_000,
  retransmissionMaxMicros: 6_400_000,
  giveUpMicros: 900_000_000,
  connectRetryMicros: 1_000_000,
  connectTimeoutMicros: 127_000_000,
};
