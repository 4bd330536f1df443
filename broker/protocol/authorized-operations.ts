/**
 * The operations that a client may perform on a resource, as a bit field of Kafka's operation codes (KIP-430). Without
 * an authorizer these are all operations of the resource (org.apache.kafka.security.authorizer.AclEntry).
 */

/** The value when the request did not ask for the authorized operations. */
export const NO_OPERATIONS = -2_147_483_648;

/** org.apache.kafka.common.acl.AclOperation. */
const codes = {
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
} as const;

const bitsOf = (...operations: readonly (keyof typeof codes)[]): number =>
  operations.reduce((bits, operation) => bits | (1 << codes[operation]), 0);

export const TOPIC_OPERATIONS = bitsOf(
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
);

export const CLUSTER_OPERATIONS = bitsOf(
  'CREATE',
  'ALTER',
  'DESCRIBE',
  'CLUSTER_ACTION',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
  'IDEMPOTENT_WRITE',
);

export const GROUP_OPERATIONS = bitsOf('READ', 'DELETE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS');
