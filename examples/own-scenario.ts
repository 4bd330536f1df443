import { cluster, executeRun, faults, oneHostAtATime, produceAndConsume, scenario } from 'seismolog';

const fiveBrokers = scenario('five-brokers', {
  promise: 'acks=all, min.insync.replicas=2, five brokers: one dies at a time; nothing acknowledged is lost',
  cluster: cluster({
    brokers: 5,
    topics: { payments: { partitions: 5, config: { 'min.insync.replicas': '2' } } },
  }),
  workload: produceAndConsume({ recordsPerSecond: 20, producerConfig: { acks: 'all' } }),
  faults: [faults.crash('leader of payments-0'), faults.powerLoss(faults.anyOf('broker'))],
  budget: oneHostAtATime({ recoveryMicros: 5_000_000 }),
});

const { verdict, records } = executeRun(fiveBrokers, { seed: '7' });
console.log(verdict, records > 0);
