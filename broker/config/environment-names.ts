/**
 * Kafka's keys as environment variables of container images. apache/kafka and Confluent's images: `KAFKA_` and the key
 * in capitals with `_` for `.`, `__` for `_` or `-` and `___` for the other of the two. Bitnami's: `KAFKA_CFG_` and the
 * key with `_` for `.`. Variables that configure the image or the JVM are no keys.
 */
import type { Property } from './properties-file.js';

/** Variables that begin like keys and are none. */
const NO_KEY =
  /^KAFKA_(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS|GC_LOG_OPTS|LOG4J_.*|JMX_.*|JAVA_.*|DEBUG|VERSION|HOME|USER|ENABLE_KRAFT|KRAFT_.*|CLUSTER_ID|CREATE_TOPICS|INTER_BROKER_USER|INTER_BROKER_PASSWORD|CLIENT_USERS?|CLIENT_PASSWORDS?|CERTIFICATE_PASSWORD|TLS_.*|VOLUME_DIR|MOUNTED_CONF_DIR|REST_.*|SCHEMA_.*|CONNECT_.*)$/;

/** The broker key that the variable sets; null: the variable sets none. */
export function keyOfVariable(name: string): string | null {
  const match = /^KAFKA_(?:CFG_)?([A-Z0-9_]+)$/.exec(name);
  if (match === null || NO_KEY.test(name)) return null;
  return match[1]!.toLowerCase().replace(/_+/g, (run) => SEPARATORS[run.length - 1] ?? '-');
}

const SEPARATORS: readonly string[] = ['.', '_', '-'];

/** The broker keys among the variables. */
export function propertiesOfVariables(variables: readonly Property[]): Property[] {
  return variables.flatMap(({ key: name, value, line }) => {
    const key = keyOfVariable(name);
    return key === null ? [] : [{ key, value, line }];
  });
}
