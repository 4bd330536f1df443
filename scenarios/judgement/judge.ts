/** Judges one run: anomalies of the history and broken invariants, each compared with what the settings permit. */
import { checkIndex } from '../../harness/checkers/queue/check.js';
import { indexTape } from '../../harness/checkers/queue/history-indexer.js';
import { checkSendOrder, sessionOfProcess } from '../../harness/checkers/sessions/send-order.js';
import type { Anomaly } from '../../harness/checkers/verdict.js';
import type { HistoryTape } from '../../harness/history/history-tape.js';
import type { SessionOrder } from '../../harness/history/operation.js';
import type { Judgement } from '../../harness/runner/experiment.js';
import type { LossAccount, RecordOutcome, StoryLine } from '../../harness/runner/run-data.js';
import type { HostChronicle } from '../cluster/host-chronicle.js';
import { brokenInvariants } from '../invariants/invariant-words.js';
import type { ReplicaChecker } from '../invariants/replica-checker.js';
import type { Recorder } from '../workloads/recorder.js';
import { measureAvailability } from './availability.js';
import { ALWAYS_ALLOWED, type Guarantee, profileName } from './guarantee.js';
import type { KafkaScenarioSpec } from './kafka-scenario-spec.js';
import { LossExplanation, permitsLoss } from './loss-explanation.js';
import { findLosses } from './losses.js';
import { findOldRecords } from './old-records.js';
import { measureOutcome, NOTHING_WRONG } from './outcome.js';
import {
  accountOfProcessing,
  type ProcessingAccount,
  processingAnomalies,
  processingOutcome,
  processingStory,
} from './processing.js';
import { ReplacedRecords } from './replaced-records.js';
import { describeLoss, lostRecords, type StoryInput, tellStory } from './story.js';

export interface JudgeInput {
  readonly spec: KafkaScenarioSpec;
  readonly guarantee: Guarantee;
  readonly history: HistoryTape;
  readonly checker: ReplicaChecker;
  readonly chronicle: HostChronicle;
  readonly recorder: Recorder;
  /** True when the final reader has read every partition to its end. */
  readonly isReadToTheEnd: boolean;
  readonly holdersAtAck: ReadonlyMap<string, readonly string[]>;
  /** The end of the run. */
  readonly endMicros: number;
  readonly isFinalReader: (process: string) => boolean;
}

const WITNESSES_KEPT = 32;

export function judgeRun(input: JudgeInput): Judgement {
  const { history, guarantee, recorder, spec, checker } = input;
  const { found, unknownBecause } = checkHistory(input);
  const losses = findLosses(checker, history, (key, election) => permitsLoss(guarantee, key, election));
  const invariants = checker.anomalies();
  const plainProcessing = accountOfProcessing(history, recorder.processed);
  const rest = {
    unknownBecause,
    records: recorder.acknowledged,
    losses,
    availability: measureAvailability({ ...input, processed: recorder.processed }),
    ...(recorder.acknowledgementDelay === null ? {} : { acknowledgedAfter: recorder.acknowledgementDelay }),
    configuration: {
      profile: profileName(guarantee),
      cluster: spec.cluster.config ?? {},
      topics: spec.cluster.topics,
      workload: spec.workload.settings,
    },
    operations: recorder.counts,
    sessionOrder: sessionOrderOf(guarantee),
  };
  // The common case of a campaign: nothing needs an explanation, so none is built.
  if (
    invariants.length === 0 &&
    losses.length === 0 &&
    isFlawless(plainProcessing) &&
    found.every((anomaly) => ALWAYS_ALLOWED.has(anomaly.name))
  ) {
    const anomalies = found.map((anomaly) => ({
      ...trimmed(anomaly),
      allowed: true,
      reason: ALWAYS_ALLOWED.get(anomaly.name)!,
    }));
    const flawless = { ...NOTHING_WRONG, processing: processingOutcome(plainProcessing) };
    return {
      ...rest,
      ...(input.isReadToTheEnd ? { outcome: flawless } : {}),
      anomalies,
      summary: summaryOf(input, anomalies, losses),
      story: [],
    };
  }
  const explanation = explanationOf(input);
  const processing = accountOfProcessing(history, recorder.processed, (key, offset, value) =>
    explanation.isDeleted(String(key), offset, value),
  );
  const ofGroup =
    processing === null || !spec.strict || !input.isReadToTheEnd ? [] : processingAnomalies(processing);
  const judged = withUnexplained(
    [...explanation.judge(found, spec.strict), ...invariants, ...ofGroup],
    losses,
  );
  const story = storyOf(input, processing, {
    ...input,
    operations: history.operations,
    anomalies: judged,
    explanation,
    losses,
  });
  const anomalies = judged.map(trimmed);
  const outcome = input.isReadToTheEnd ? { outcome: outcomeOf(input, explanation, processing) } : {};
  return {
    ...rest,
    ...outcome,
    anomalies,
    summary: summaryOf(input, judged, losses, explanation.deletedUnread),
    story,
  };
}

/** The anomalies that the history shows by itself. */
function checkHistory({ history, guarantee, recorder, isReadToTheEnd }: JudgeInput): {
  readonly found: readonly Anomaly[];
  readonly unknownBecause: readonly string[];
} {
  const index = indexTape(history);
  const analysis = checkIndex(index, { trim: false });
  const order = checkSendOrder(index, {
    sessionOf: sessionOfProcess,
    acknowledgedOnly: !guarantee.idempotent,
  });
  const keyOrder = recorder.keyed.anomaly(guarantee.idempotent);
  const oldRecords = findOldRecords(history);
  const found = [...analysis.anomalies, order, keyOrder, oldRecords]
    .filter((anomaly) => anomaly !== null)
    // A record that no reader has reached yet does not count as unseen. The logs of the replicas show which records
    // are gone.
    .filter(({ name }) => isReadToTheEnd || name !== 'unseen');
  return { found, unknownBecause: analysis.unknownBecause };
}

function explanationOf({ checker, guarantee, history, recorder }: JudgeInput): LossExplanation {
  const { operations } = history;
  const replaced = new ReplacedRecords((value) => recorder.keyed.keyOf(value), operations);
  return new LossExplanation(checker, guarantee, operations, replaced);
}

function outcomeOf(
  { history, isFinalReader }: JudgeInput,
  explanation: LossExplanation,
  processing: ProcessingAccount | null,
): RecordOutcome {
  const outcome = measureOutcome(history, isFinalReader, (key, offset, value) =>
    explanation.isDeleted(String(key), offset, value),
  );
  return { ...outcome, processing: processingOutcome(processing) };
}

function isFlawless(processing: ProcessingAccount | null): boolean {
  return processing === null || processing.unprocessed.length + processing.repeated.length === 0;
}

/** The story of the log, and of a group that missed or repeated records. */
function storyOf(
  { recorder, chronicle, endMicros }: JudgeInput,
  processing: ProcessingAccount | null,
  story: StoryInput,
): readonly StoryLine[] {
  // What became of a record that the log lost is told already.
  const lost = new Set(lostRecords(story.anomalies).map(({ value }) => Number(value)));
  const unprocessed = processing?.unprocessed.filter(({ value }) => !lost.has(value)) ?? [];
  const ofGroup =
    processing === null
      ? []
      : processingStory({ ...processing, unprocessed }, recorder.processed, chronicle, endMicros);
  const lines = [...tellStory(story), ...ofGroup].map((line, index) => ({ line, index }));
  lines.sort((left, right) => left.line.timeMicros - right.line.timeMicros || left.index - right.index);
  const told = new Set<string>();
  return lines
    .map(({ line }) => line)
    .filter(({ timeMicros, text }) => told.size < told.add(`${timeMicros} ${text}`).size);
}

/**
 * Without idempotence a retry may land after later sends, if the settings permit retries and several requests in
 * flight.
 */
function sessionOrderOf({ idempotent, retries, inFlight }: Guarantee): SessionOrder {
  if (idempotent) return 'every-send';
  return retries > 0 && inFlight > 1 ? 'none' : 'acknowledged-sends';
}

function trimmed(anomaly: Anomaly): Anomaly {
  return { ...anomaly, witnesses: anomaly.witnesses.slice(0, WITNESSES_KEPT) };
}

/** One paragraph: what broke and in which election, or that nothing did. */
function summaryOf(
  { recorder, isReadToTheEnd }: JudgeInput,
  anomalies: readonly Anomaly[],
  losses: readonly LossAccount[],
  deletedUnread = 0,
): string {
  const records = recorder.acknowledged;
  const broken = anomalies.filter((anomaly) => !anomaly.allowed);
  const told = (list: readonly Anomaly[]): string =>
    list.map((anomaly) => `${anomaly.name} (${anomaly.count})`).join(', ');
  const gone = goneWords(losses);
  if (broken.length > 0)
    return `The promise is broken: ${told(broken)}. ${invariantsInWords(broken)}${gone}${acknowledged(records)}.`;
  const permitted = anomalies.filter((anomaly) => anomaly.allowed && !ALWAYS_ALLOWED.has(anomaly.name));
  if (permitted.length === 0 && losses.length > 0) return `${acknowledged(records)}. ${gone}`.trim();
  if (permitted.length === 0)
    return isReadToTheEnd
      ? readBack(records, deletedUnread)
      : `${acknowledged(records)}, and not all of them were read back.`;
  return `${acknowledged(records)}; some anomalies are permitted: ${told(permitted)}. ${gone}`.trim();
}

function readBack(records: number, deletedUnread: number): string {
  if (deletedUnread > 0)
    return `${deletedUnread} of ${records} acknowledged records were deleted by retention, DeleteRecords or compaction before they were read; the others were read back, once and in order.`;
  if (records === 0) return 'No record was acknowledged, so none could be lost.';
  if (records === 1) return 'The one acknowledged record was read back, once.';
  return `All of ${records} acknowledged records were read back, once and in order.`;
}

function acknowledged(records: number): string {
  return records === 1 ? '1 record was acknowledged' : `${records} records were acknowledged`;
}

function invariantsInWords(broken: readonly Anomaly[]): string {
  return [...brokenInvariants(broken)]
    .sort((a, b) => a.timeMicros - b.timeMicros)
    .map(({ timeMicros, text }) => `After ${(timeMicros / 1e6).toFixed(3)} s ${text}. `)
    .join('');
}

/** The number of acknowledged records that are gone, by partition, first offset and election. */
function goneWords(losses: readonly LossAccount[]): string {
  return losses.map((loss) => `${describeLoss(loss)}. `).join('');
}

/** A loss that the settings do not permit breaks the promise, even if no reader and no invariant has noticed it. */
function withUnexplained(judged: readonly Anomaly[], losses: readonly LossAccount[]): readonly Anomaly[] {
  const unpermitted = losses.filter(({ allowed }) => !allowed);
  if (unpermitted.length === 0 || judged.some(({ allowed }) => !allowed)) return judged;
  const count = unpermitted.reduce((sum, { records }) => sum + records, 0);
  const witnesses = unpermitted.map((loss) => ({ ...loss }));
  return [...judged, { name: 'unexplained-loss', count, witnesses, allowed: false }];
}
