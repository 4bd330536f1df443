/** The replication rules, gathered; each in a file of its own beside this one. */
export interface ReplicationRules {}

export const replicationRules: ReplicationRules = {};
