/** What each anomaly and invariant means, in one sentence. Names: Jepsen's Kafka checker, and the invariants of `ARCHITECTURE.md`. */
const meanings: Readonly<Record<string, string>> = {
  'lost-write': 'An acknowledged record was never read, though records after it were.',
  'committed-loss': 'A committed record is missing on a replica that may become leader.',
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
  'log-matching': 'Two replicas hold different records at the same offset and leader epoch.',
  'leader-completeness': 'A new leader lacks a record that was committed before its election.',
  'leader-not-in-isr': 'A broker became leader that was not in the ISR, without an unclean election.',
  'needless-unclean-election':
    'A broker from outside the ISR became leader although a member of the ISR could have led.',
  'two-leaders-in-epoch': 'Two brokers led the same partition in the same leader epoch.',
  'hw-regress': 'A high watermark moved back.',
  'read-above-hw': 'A consumer was given a record that was not yet committed.',
  'hw-above-log-end': 'A high watermark lies beyond the end of the log that it is about.',
  'commit-below-min-isr': 'The high watermark moved past records that too few replicas hold.',
  'append-below-min-isr': 'A leader took a record with acks=all although too few replicas were in sync.',
  G0: 'Writes of transactions form a circle in the log: each came before the other.',
  G1c: 'Transactions form a circle of writes and reads: each depends on the other.',
  'not-converged': 'After all faults were healed the cluster did not come to rest in time.',
  assertion: 'A program of the system under test broke one of its own assumptions and was stopped.',
  livelock: 'Event followed event without end, so the run was ended by their number.',
  'state-beyond-log': 'A replica kept to itself something about records that had been cut off its log.',
  'gap-in-log': 'A replica has a batch in its log that does not begin where the one before it ends.',
  'epochs-not-of-log': 'What a replica kept about its leader epochs is not what is in its log.',
  'append-after-error': 'A replica went on appending after its disk had failed an operation on the log.',
  'unsynced-cut': 'A replica went on behind a cut of its log that a power loss could undo.',
  'synced-loss': 'A broker lost records at a power loss that it had taken for synced.',
  'unverified-append': 'A broker took in a batch without comparing its checksum with its bytes.',
  'corrupt-batch-kept': 'A broker kept a batch at its start whose bytes do not fit its checksum.',
  'stale-fetch-used':
    'A follower went by an answer that was about another leader epoch or another end of its log.',
  'stale-isr-proposal':
    'The controller took over an ISR that a leader had proposed for an earlier state of the partition.',
  'isr-beyond-leader': 'The controller counted a replica in sync that the leader did not wait for.',
  'isr-given-up': 'A leader stopped waiting for a replica that may have become a member of its ISR.',
  'unfenced-fetch': 'A leader took a fetch that was meant for another leader epoch.',
  'isr-before-caught-up': 'A leader wanted a replica in its ISR that lacked a committed record.',
  'ineligible-for-isr': 'A leader wanted a replica in its ISR that it knew to be out of the question.',
  'unheard-follower': 'A new leader went by what it had known of a follower before it led.',
  'laggard-in-isr': 'A leader kept a follower in its ISR that had lagged behind for too long.',
  'removed-in-sync': 'A leader removed a follower from its ISR that had kept up.',
  'stale-incarnation-in-isr':
    'The controller took a broker into an ISR on the word of an incarnation that is no more.',
  'fenced-in-isr': 'A broker that is fenced or shutting down was in an ISR with others, or was elected.',
  'unopened-log-trusted': 'A broker called its shutdown clean though it had not opened all its logs.',
  'unsynced-log-trusted':
    'A broker called its shutdown clean though a power loss could still change one of its logs.',
  'unfenced-too-early':
    'The controller let a broker serve that did not know the metadata up to its registration.',
  'shut-down-too-early': 'The controller let a broker go that still led, or of which others thought so.',
  'producer-ids-twice': 'The controller gave two brokers the same producer ids to hand out.',
  'metadata-unsynced': 'The controller went by metadata that a power loss could still take from it.',
  'metadata-regress': 'The controller went back behind what it had told about a partition.',
  'epoch-unknown': 'A leader could not say where an earlier leader epoch ended.',
  'sequence-refused':
    'A leader refused a producer’s next batch as out of sequence, though it had acknowledged every batch before it.',
  'crossed-truncation':
    'A consumer went on in a log that does not hold what it had read last, without noticing.',
  'skipped-offsets': 'A consumer passed over offsets that it never read.',
  'reread-offsets': 'A consumer went back to records that it had read and that are still there.',
  'wrong-latest-offset': 'A leader named another offset as the latest than the end of what may be read.',
  'ack-before-commit': 'A record was acknowledged before the replicas it was promised to had it.',
};

/** Empty for a name that is not known here: the report then lets the witnesses speak. */
export function anomalyMeaning(name: string): string {
  return Object.hasOwn(meanings, name) ? (meanings[name] ?? '') : '';
}
