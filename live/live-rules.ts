/** The rules of the nodes of a live cluster: Kafka's, with what the process knows about earlier processes. */
import { type BrokerRules, kafkaRules } from '../broker/rules/index.js';

/**
 * A registration is refused while the session of the broker's earlier incarnation may be valid. After the end of a
 * whole cluster each broker would therefore wait for `broker.session.timeout.ms`. An incarnation that this process
 * did not start has ended with its process, because this process holds the lock of the data directory: its session
 * is over.
 */
export function rulesOfProcess(): BrokerRules {
  const started = new Set<string>();
  return {
    ...kafkaRules,
    checkRegistration: ({ existing, incarnationId }) => {
      const isForeign = existing !== null && !started.has(existing.incarnationId);
      const known = isForeign ? { ...existing, hasValidSession: false } : existing;
      const errorCode = kafkaRules.checkRegistration({ existing: known, incarnationId });
      if (errorCode === 'NONE') started.add(incarnationId);
      return errorCode;
    },
  };
}
