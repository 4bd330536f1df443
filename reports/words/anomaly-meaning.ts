/** The meaning of each anomaly of a history, in one sentence. `results.json` contains the meanings of the cluster's anomalies. */
const meanings: Readonly<Record<string, string>> = {
  'lost-write': 'An acknowledged record was never read, though records after it were.',
  duplicate: 'One record was stored at more than one offset.',
  'inconsistent-offsets': 'One offset held different records for different readers or writers.',
  unseen: 'Acknowledged records had not been read by the end of the run.',
  G1a: 'A record whose send failed was read all the same.',
  'poll-skip': 'A consumer jumped over records between two polls.',
  'int-poll-skip': 'A consumer jumped over records inside one poll.',
  'nonmonotonic-poll': 'A consumer went backwards between two polls.',
  'int-nonmonotonic-poll': 'A consumer went backwards inside one poll.',
  'nonmonotonic-send': 'A producer’s record landed before one it had sent earlier.',
  'int-nonmonotonic-send': 'Records of one send landed in another order.',
  'int-send-skip': 'Other records lie between the records of one send.',
  'precommitted-read': 'A transaction read its own uncommitted write.',
  'reordered-send': 'One producer session sent two records to a partition and the later one landed first.',
  'unexplained-loss': 'Records were lost and no election that the settings permit explains it.',
  G0: 'Writes of transactions form a circle in the log: each came before the other.',
  G1c: 'Transactions form a circle of writes and reads: each depends on the other.',
  'not-converged': 'After all faults were healed the cluster did not come to rest in time.',
  assertion: 'A program of the system under test broke one of its own assumptions and was stopped.',
  livelock: 'The run was a livelock: its number of events exceeded the limit, so it was ended.',
};

/** The meaning of an anomaly; empty for an unknown name, for which the report shows only the witnesses. */
export function anomalyMeaning(name: string): string {
  return Object.hasOwn(meanings, name) ? (meanings[name] ?? '') : '';
}
