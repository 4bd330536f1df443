/** KIP-903 (KAFKA-15221): a fetch of an earlier incarnation of a broker says nothing about the log of the present one. */
export interface FollowerFetchInput {
  /** −1: the fetch carried none. */
  readonly fetchBrokerEpoch: number;
  /** The broker epoch of the last accepted fetch; −1: none. */
  readonly knownBrokerEpoch: number;
}

export function acceptFollowerFetch(input: FollowerFetchInput): boolean {
  return input.fetchBrokerEpoch === -1 || input.fetchBrokerEpoch >= input.knownBrokerEpoch;
}
