/**
 * The APIs of Kafka 4.3 that this broker does not have, with the reason. ApiVersions does not offer them, and a request of
 * one of them ends its connection, as a request of an unknown API does in Kafka.
 */
export interface UnservedApi {
  readonly key: number;
  readonly name: string;
  readonly reason: string;
}

const api = (key: number, name: string, reason: string): UnservedApi => ({ key, name, reason });

const TRANSACTIONS = 'there are no transactions yet';
const ACLS = 'there is no authorizer: every client may do everything';
const TOKENS = 'there are no delegation tokens';
const REASSIGNMENT = 'a replica stays on its broker';
const QUOTAS = 'there are no quotas';
const SOLE_VOTER = 'the metadata quorum has one voter';
const ONE_DIRECTORY = 'a broker has one log directory';
const NEXT_GENERATION = 'groups have the classic protocol alone';
const TELEMETRY = 'clients that find these send metrics, which nobody here reads';
const SHARE = 'there are no share groups';
const STREAMS = 'there are no streams groups';

export const UNSERVED_APIS: readonly UnservedApi[] = [
  api(24, 'AddPartitionsToTxn', TRANSACTIONS),
  api(25, 'AddOffsetsToTxn', TRANSACTIONS),
  api(26, 'EndTxn', TRANSACTIONS),
  api(27, 'WriteTxnMarkers', TRANSACTIONS),
  api(28, 'TxnOffsetCommit', TRANSACTIONS),
  api(29, 'DescribeAcls', ACLS),
  api(30, 'CreateAcls', ACLS),
  api(31, 'DeleteAcls', ACLS),
  api(34, 'AlterReplicaLogDirs', ONE_DIRECTORY),
  api(38, 'CreateDelegationToken', TOKENS),
  api(39, 'RenewDelegationToken', TOKENS),
  api(40, 'ExpireDelegationToken', TOKENS),
  api(41, 'DescribeDelegationToken', TOKENS),
  api(45, 'AlterPartitionReassignments', REASSIGNMENT),
  api(46, 'ListPartitionReassignments', REASSIGNMENT),
  api(48, 'DescribeClientQuotas', QUOTAS),
  api(49, 'AlterClientQuotas', QUOTAS),
  api(
    50,
    'DescribeUserScramCredentials',
    'the users of SCRAM come from the command line or the program that starts the cluster',
  ),
  api(
    51,
    'AlterUserScramCredentials',
    'the users of SCRAM come from the command line or the program that starts the cluster',
  ),
  api(52, 'Vote', SOLE_VOTER),
  api(53, 'BeginQuorumEpoch', SOLE_VOTER),
  api(54, 'EndQuorumEpoch', SOLE_VOTER),
  api(57, 'UpdateFeatures', 'the levels of the features are fixed'),
  api(58, 'Envelope', 'brokers forward requests as they are: every client has the same principal'),
  api(59, 'FetchSnapshot', 'the metadata log is kept whole, without snapshots'),
  api(64, 'UnregisterBroker', 'a broker that does not come back stays registered, and fenced'),
  api(65, 'DescribeTransactions', TRANSACTIONS),
  api(66, 'ListTransactions', TRANSACTIONS),
  api(68, 'ConsumerGroupHeartbeat', NEXT_GENERATION),
  api(69, 'ConsumerGroupDescribe', NEXT_GENERATION),
  api(70, 'ControllerRegistration', SOLE_VOTER),
  api(71, 'GetTelemetrySubscriptions', TELEMETRY),
  api(72, 'PushTelemetry', TELEMETRY),
  api(73, 'AssignReplicasToDirs', ONE_DIRECTORY),
  api(74, 'ListConfigResources', 'topics and brokers alone have settings, and Metadata names them'),
  api(76, 'ShareGroupHeartbeat', SHARE),
  api(77, 'ShareGroupDescribe', SHARE),
  api(78, 'ShareFetch', SHARE),
  api(79, 'ShareAcknowledge', SHARE),
  api(80, 'AddRaftVoter', SOLE_VOTER),
  api(81, 'RemoveRaftVoter', SOLE_VOTER),
  api(82, 'UpdateRaftVoter', SOLE_VOTER),
  api(83, 'InitializeShareGroupState', SHARE),
  api(84, 'ReadShareGroupState', SHARE),
  api(85, 'WriteShareGroupState', SHARE),
  api(86, 'DeleteShareGroupState', SHARE),
  api(87, 'ReadShareGroupStateSummary', SHARE),
  api(88, 'StreamsGroupHeartbeat', STREAMS),
  api(89, 'StreamsGroupDescribe', STREAMS),
  api(90, 'DescribeShareGroupOffsets', SHARE),
  api(91, 'AlterShareGroupOffsets', SHARE),
  api(92, 'DeleteShareGroupOffsets', SHARE),
];
