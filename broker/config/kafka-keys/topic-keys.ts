/**
 * The keys of a topic of Kafka 4.3.0, one in a line: key, type, default, and `internal` for a key
 * that Kafka does not document. `(required)`: no default; `(null)`, `(empty)`: these. `kafka-keys.test.ts` compares
 * the list with Kafka's own ConfigDef where Java is present.
 */

/** org.apache.kafka.storage.internals.log.LogConfig */
export const TOPIC_KEYS = `
cleanup.policy LIST delete
compression.gzip.level INT -1
compression.lz4.level INT 9
compression.type STRING producer
compression.zstd.level INT 3
delete.retention.ms LONG 86400000
file.delete.delay.ms LONG 60000
flush.messages LONG 9223372036854775807
flush.ms LONG 9223372036854775807
follower.replication.throttled.replicas LIST (empty)
index.interval.bytes INT 4096
internal.segment.bytes INT (null) internal
leader.replication.throttled.replicas LIST (empty)
local.retention.bytes LONG -2
local.retention.ms LONG -2
max.compaction.lag.ms LONG 9223372036854775807
max.message.bytes INT 1048588
message.timestamp.after.max.ms LONG 3600000
message.timestamp.before.max.ms LONG 9223372036854775807
message.timestamp.type STRING CreateTime
min.cleanable.dirty.ratio DOUBLE 0.5
min.compaction.lag.ms LONG 0
min.insync.replicas INT 1
preallocate BOOLEAN false
remote.log.copy.disable BOOLEAN false
remote.log.delete.on.disable BOOLEAN false
remote.storage.enable BOOLEAN false
retention.bytes LONG -1
retention.ms LONG 604800000
segment.bytes INT 1073741824
segment.index.bytes INT 10485760
segment.jitter.ms LONG 0
segment.ms LONG 604800000
unclean.leader.election.enable BOOLEAN false
`;
