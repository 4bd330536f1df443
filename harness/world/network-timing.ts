/** How long a machine's network stack waits; the program on it has timeouts of its own. All in microseconds. */
export interface NetworkTiming {
  /** First retransmission after a loss; doubles with each further loss. Linux: 200 ms. */
  readonly retransmissionMicros: number;
  /** The doubling ends here. Linux: 120 s; shorter, so that a healed cut is noticed within a run. */
  readonly retransmissionMaxMicros: number;
  /** A connection that got nothing through for so long ends as timed out. Linux: about 15 minutes. */
  readonly giveUpMicros: number;
  /** First repetition of an unanswered connection request; doubles. */
  readonly connectRetryMicros: number;
  /** An unanswered attempt to connect ends as timed out. Linux: 127 s, after six repetitions; programs give up before. */
  readonly connectTimeoutMicros: number;
}

export const defaultTiming: NetworkTiming = {
  retransmissionMicros: 200_000,
  retransmissionMaxMicros: 6_400_000,
  giveUpMicros: 900_000_000,
  connectRetryMicros: 1_000_000,
  connectTimeoutMicros: 127_000_000,
};
