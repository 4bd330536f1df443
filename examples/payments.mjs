// Scenarios of one's own: a cluster, a workload, faults and what is promised of them.
import { cluster, faults, oneHostAtATime, produceAndConsume, scenario, withRules } from 'seismolog';

const payments = scenario('payments', {
  promise: 'acks=all, min.insync.replicas=2: brokers die one at a time; no acknowledged payment is lost',
  cluster: cluster({
    brokers: 3,
    topics: { payments: { partitions: 2, config: { 'min.insync.replicas': '2' } } },
  }),
  workload: produceAndConsume({ producers: 2, recordsPerSecond: 20, producerConfig: { acks: 'all' } }),
  faults: [
    faults.crash('leader of payments-0'),
    faults.powerLoss(faults.anyOf('broker')),
    faults.pause(faults.anyOf('broker')),
  ],
  budget: oneHostAtATime({ recoveryMicros: 5_000_000 }),
  requiredFaults: ['crash', 'power-loss'],
});

// The same over a broker with one wrong rule: whoever becomes a follower cuts its log at its own high watermark, as before
// KIP-101.
const paymentsCutShort = withRules(payments, 'cut-short', {
  truncationOnBecomingFollower: ({ logEndOffset, highWatermark }) =>
    logEndOffset > highWatermark ? highWatermark : null,
});

export const scenarios = [payments, paymentsCutShort];
