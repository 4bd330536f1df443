/** The names of topics: which are legal, which are Kafka's own, which collide (org.apache.kafka.common.internals.Topic). */

const LENGTH_MAX = 249;
const INTERNAL: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
]);

/** The metadata log, which is not a topic that a client may create. */
export const CLUSTER_METADATA_TOPIC = '__cluster_metadata';

export const isInternalTopic = (name: string): boolean => INTERNAL.has(name);

/** Why the name is illegal, in Kafka's words; null: it is legal. */
export function topicNameProblem(name: string): string | null {
  const reason = reasonAgainst(name);
  return reason === null ? null : `Topic name is invalid: ${reason}`;
}

function reasonAgainst(name: string): string | null {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `'${name}' is not allowed`;
  if (name.length > LENGTH_MAX)
    return `the length of '${name}' is longer than the max allowed length ${LENGTH_MAX}`;
  if (/^[a-zA-Z0-9._-]+$/.test(name)) return null;
  return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
}

/** Metric names replace '.' by '_', so two topics must not have the same key. */
export const collisionKey = (name: string): string => name.replaceAll('.', '_');
