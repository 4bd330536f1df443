/** A broken invariant of the replicas as a sentence: the witness of `ReplicaChecker` in the words of its reader. */
import type { Anomaly } from '../../harness/checkers/verdict.js';

type Witness = Readonly<Record<string, unknown>>;

/** Null for an anomaly that is no invariant of the replicas: those of the history are told record by record. */
export function invariantSentence(name: string, witness: Witness): string | null {
  return SENTENCES.get(name)?.(witness) ?? null;
}

/** The first of each broken invariant, with its time. */
export function brokenInvariants(
  anomalies: readonly Anomaly[],
): { readonly timeMicros: number; readonly text: string }[] {
  return anomalies.flatMap(({ name, allowed, witnesses: [witness] }) => {
    if (allowed || witness === undefined || typeof witness.timeMicros !== 'number') return [];
    const text = invariantSentence(name, witness);
    return text === null ? [] : [{ timeMicros: witness.timeMicros, text }];
  });
}

const SENTENCES: ReadonlyMap<string, (witness: Witness) => string> = new Map([
  ['committed-loss', committedLoss],
  [
    'two-leaders-in-epoch',
    (w) => `${list(w.hosts)} both lead ${w.partition} in leader epoch ${w.leaderEpoch}`,
  ],
  [
    'hw-above-log-end',
    (w) =>
      `the high watermark of ${w.partition} on ${w.host} is ${w.highWatermark}, beyond the end of its log at ${w.logEndOffset}`,
  ],
  [
    'hw-regress',
    (w) =>
      `the high watermark of ${w.partition} moves back from ${w.from} to ${w.to} on its leader ${w.host} (epoch ${w.leaderEpoch})`,
  ],
  [
    'ack-before-commit',
    (w) =>
      `${w.host} acknowledges offset ${w.offset} of ${w.partition} (epoch ${w.leaderEpoch}); ${committed(w.committedEnd)}`,
  ],
  [
    'read-above-hw',
    (w) =>
      `${w.host} gives a consumer ${w.partition} up to offset ${Number(w.endOffset) - 1}; ${committed(w.committedEnd)}`,
  ],
  [
    'commit-below-min-isr',
    (w) =>
      `the high watermark of ${w.partition} moves to ${w.highWatermark} though only ${w.holders} of its replicas hold what lies below; min.insync.replicas is ${w.minInsyncReplicas}`,
  ],
  [
    'append-below-min-isr',
    (w) =>
      `${w.host} takes a produce with acks=all to ${w.partition}, and the ISR has ${w.isrSize} of ${w.minInsyncReplicas} members (min.insync.replicas)`,
  ],
  [
    'leader-not-in-isr',
    (w) =>
      `${w.leader} becomes leader of ${w.partition} (epoch ${w.leaderEpoch}) and is not in the ISR, ${list(w.isr)}`,
  ],
  [
    'needless-unclean-election',
    (w) =>
      `${w.leader} becomes leader of ${w.partition} (epoch ${w.leaderEpoch}) from outside the ISR, ${list(w.isr)}, of which not all are down`,
  ],
  [
    'leader-completeness',
    (w) =>
      `${w.leader} becomes leader of ${w.partition} (epoch ${w.leaderEpoch}) without committed offsets from ${w.offset}; committed is what lies below ${w.committedEnd}`,
  ],
  [
    'log-matching',
    (w) => `${w.host} holds something else at offset ${w.offset} of ${w.partition} than was committed there`,
  ],
  [
    'state-beyond-log',
    (w) =>
      `${w.host} has cut ${w.partition} to ${w.logEndOffset}; it takes what lies below ${w.recoveryPoint} for synced and remembers batches of producers up to ${w.producersEndOffset}`,
  ],
  [
    'gap-in-log',
    (w) =>
      `${w.host} has offset ${w.offset} next in its log of ${w.partition}, which ends at ${w.logEndOffset} before it`,
  ],
  [
    'epochs-not-of-log',
    (w) => `${w.host} keeps ${epochStart(w.kept)} for ${w.partition}; its log has ${epochStart(w.inLog)}`,
  ],
  [
    'append-after-error',
    (w) =>
      `${w.host} appends offset ${w.offset} to its log of ${w.partition}, an operation on which had failed`,
  ],
  [
    'unsynced-cut',
    (w) => `${w.host} goes on with its log of ${w.partition}, cut to ${w.offset}, and the cut is not on disk`,
  ],
  [
    'synced-loss',
    (w) =>
      `${w.host} has lost its log of ${w.partition} from offset ${w.offset} on at a power loss; it had synced what lies below ${w.syncedEnd}`,
  ],
  [
    'unverified-append',
    (w) =>
      `${w.host} takes in what comes next, at offset ${w.offset} of ${w.partition}, without comparing its checksum`,
  ],
  [
    'corrupt-batch-kept',
    (w) =>
      `${w.host} keeps the batch at offset ${w.offset} of ${w.partition}, whose bytes do not fit its checksum`,
  ],
  [
    'stale-fetch-used',
    (w) =>
      `${w.host} follows an answer about ${w.partition} from offset ${w.offset}, asked in another leader epoch or at another log end`,
  ],
  [
    'stale-isr-proposal',
    (w) =>
      `the controller takes over an ISR of ${w.partition} that was proposed for ${epochs(w.proposedFor)}, in ${epochs(w)}`,
  ],
  [
    'isr-beyond-leader',
    (w) =>
      `the controller counts ${list(w.isr)} in the ISR of ${w.partition} (epoch ${w.leaderEpoch}); its leader ${w.leader} waits only for ${list(w.maximalIsr)}`,
  ],
  [
    'isr-given-up',
    (w) =>
      `${w.host} leads ${w.partition}, is answered ${w.errorCode} to the ISR that it proposed, and does not wait for ${list(w.givenUp)} any more`,
  ],
  [
    'unfenced-fetch',
    (w) =>
      `${w.host} leads ${w.partition} in epoch ${w.leaderEpoch} and takes a fetch that names epoch ${w.requestedEpoch}`,
  ],
  [
    'isr-before-caught-up',
    (w) =>
      `the leader of ${w.partition} (epoch ${w.leaderEpoch}) wants ${w.host} in the ISR, which lacks committed offsets from ${w.offset}`,
  ],
  [
    'ineligible-for-isr',
    (w) =>
      `the leader of ${w.partition} (epoch ${w.leaderEpoch}) wants ${w.host} in the ISR, ${ineligibility(w)}`,
  ],
  [
    'unheard-follower',
    (w) =>
      `${w.host} begins to lead ${w.partition} with ${w.logEndOffset} as the log end of ${w.follower}, which it has not heard yet`,
  ],
  [
    'laggard-in-isr',
    (w) => `${w.host} leads ${w.partition} and keeps ${w.follower} in the ISR, which ${lagOf(w)}`,
  ],
  [
    'removed-in-sync',
    (w) => `${w.host} leads ${w.partition} and removes ${w.follower} from the ISR, which ${lagOf(w)}`,
  ],
  [
    'stale-incarnation-in-isr',
    (w) =>
      `the controller takes ${w.host} into the ISR of ${w.partition} as broker epoch ${w.incarnation}; it has registered as ${w.registered} since`,
  ],
  [
    'fenced-in-isr',
    (w) =>
      `${w.host}, which is fenced or shutting down, is in the ISR of ${w.partition}, ${list(w.isr)} (leader ${w.leader ?? 'none'}, epoch ${w.leaderEpoch})`,
  ],
  [
    'unopened-log-trusted',
    (w) => `${w.host} marks its shutdown as clean and has not opened the log of ${w.partition}`,
  ],
  [
    'unsynced-log-trusted',
    (w) => `${w.host} marks its shutdown as clean, and not all of its log of ${w.partition} is on disk`,
  ],
  [
    'unfenced-too-early',
    (w) => `the controller lets ${w.host} serve, which has not read the metadata up to its own registration`,
  ],
  [
    'shut-down-too-early',
    (w) => `the controller lets ${w.host} go, which leads, or of which others do not know that it does not`,
  ],
  [
    'producer-ids-twice',
    (w) => `${w.host} is given producer ids from ${w.firstProducerId} on, some of which ${w.other} was given`,
  ],
  [
    'metadata-unsynced',
    (w) =>
      `${w.host} takes the metadata below ${w.highWatermark} for committed; on its disk is only what lies below ${w.syncedEndOffset}`,
  ],
  [
    'metadata-regress',
    (w) => `the controller changes ${w.partition} from an earlier state than ${epochs(w)}, which it has told`,
  ],
  [
    'epoch-unknown',
    (w) =>
      `${w.host} leads ${w.partition} in epoch ${w.leaderEpoch} and cannot say where epoch ${w.requestedEpoch} ended`,
  ],
  [
    'sequence-refused',
    (w) =>
      `the leader of ${w.partition} refuses a batch of ${w.producer} as out of sequence, and had acknowledged all before it`,
  ],
  [
    'crossed-truncation',
    (w) =>
      `${w.reader} reads ${w.partition} on from ${record(w.last)} to ${record(w.next)}, in a log that does not hold the first`,
  ],
  [
    'skipped-offsets',
    (w) => `${w.reader} reads ${record(w.next)} of ${w.partition} next after ${record(w.last)}`,
  ],
  [
    'reread-offsets',
    (w) => `${w.reader} reads ${record(w.next)} of ${w.partition} again after ${record(w.last)}`,
  ],
  [
    'wrong-latest-offset',
    (w) =>
      `${w.host} leads ${w.partition} and names ${w.offset} as its latest offset; its high watermark is ${w.highWatermark}, its epoch begins at ${w.leaderEpochStartOffset}`,
  ],
]);

function lagOf({ followerEndOffset, leaderEndOffset, lagMillis, lagTimeMaxMillis }: Witness): string {
  return `has offsets up to ${followerEndOffset} of ${leaderEndOffset} and last had all ${lagMillis} ms ago (replica.lag.time.max.ms ${lagTimeMaxMillis})`;
}

function committedLoss({ how, host, partition, offset, highWatermark, committedEnd }: Witness): string {
  switch (how) {
    case 'truncated by a member of the ISR':
      return `${host}, a member of the ISR, truncates ${partition} to ${offset}; what lies below ${committedEnd} was committed`;
    case 'joined the ISR without committed records':
      return `${host} joins the ISR of ${partition} without committed offsets from ${offset}`;
    case 'gone after a restart without power loss':
      return `${host} is back without committed offsets from ${offset} of ${partition}, though its disk lost no power`;
    default:
      return highWatermark === undefined
        ? `${host} lacks committed offsets from ${offset} of ${partition}: ${how}`
        : `the high watermark of ${partition} moves to ${highWatermark}; ${host}, a member of the ISR, lacks offset ${offset}`;
  }
}

function ineligibility(w: Witness): string {
  if (w.fenced) return 'which it knows to be fenced';
  if (w.shuttingDown) return 'which it knows to be shutting down';
  return Number(w.lastFetchLeaderEpoch) < 0
    ? 'which has not fetched since it leads'
    : `which fetched as broker epoch ${w.fetchBrokerEpoch} and is registered as ${w.metadataBrokerEpoch}`;
}

function epochStart(start: unknown): string {
  if (start === null) return 'no further epoch';
  const { leaderEpoch, startOffset } = start as Witness;
  return `epoch ${leaderEpoch} from offset ${startOffset}`;
}

function committed(end: unknown): string {
  return end === 0 ? 'nothing is committed yet' : `committed is only what lies below ${end}`;
}

function record(read: unknown): string {
  const { offset, leaderEpoch } = read as Witness;
  return `offset ${offset} (epoch ${leaderEpoch})`;
}

function epochs(of: unknown): string {
  const { leaderEpoch, partitionEpoch } = of as Witness;
  return `leader epoch ${leaderEpoch}, partition epoch ${partitionEpoch}`;
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
