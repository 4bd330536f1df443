/** What the controller knows of one broker (org.apache.kafka.metadata.BrokerRegistration). */
export interface BrokerRegistration {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly incarnationId: string;
  readonly host: string;
  readonly port: number;
  /** The ids of its log directories (KIP-858). */
  readonly logDirs: readonly string[];
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  /**
   * The offset of the last RegisterBrokerRecord. It is later than brokerEpoch when one incarnation registered twice.
   */
  readonly registrationOffset: number;
}
