import { executeRun, leaderCrash, withRules } from 'seismolog';

// acks=all, answered as soon as the leader alone has the record.
const early = withRules(leaderCrash, 'early-ack', { acknowledgement: () => 'acked' });

const { verdict, anomalies } = executeRun(early, { seed: '1' });
console.log(
  verdict,
  anomalies.map((anomaly) => anomaly.name),
);
