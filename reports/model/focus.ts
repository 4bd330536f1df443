/** The part of the run that matters: where the timeline opens. */
import type { ReportInput } from '../report-input.js';
import type { AnomalyEvidence } from './evidence.js';

export type Span = readonly [startMicros: number, endMicros: number];

/** The shortest span that the timeline opens with. */
const spanMicrosMin = 20_000;
const margin = 0.12;

/**
 * The span from the first acknowledgement to the loss of the record, with a margin; else the instants of the story; else the
 * faults; else the whole run. A valid run is shown whole; a run that does not converge is shown from its healing on.
 */
export function focusSpan(input: ReportInput, evidence: readonly AnomalyEvidence[]): Span {
  const whole: Span = [0, input.results.endedAtMicros];
  if (input.results.verdict === 'valid') return whole;
  if (input.results.verdict === 'unknown' && input.results.waitingFor.length > 0) return afterHealing(input);
  const instants = [instantsOfEvidence(evidence), input.results.story.map(({ timeMicros }) => timeMicros)];
  const faults = input.plan.faults.map(({ atMicros }) => atMicros);
  const chosen = [...instants, faults].find((candidates) => candidates.length > 1) ?? instants.flat();
  if (chosen.length === 0) return whole;
  const first = Math.min(...chosen);
  const last = Math.max(...chosen);
  const pad = Math.max((last - first) * margin, spanMicrosMin / 2);
  return [Math.max(0, first - pad), Math.min(whole[1], last + pad)].map(Math.round) as unknown as Span;
}

/** A cluster that does not converge fails to do so after the faults are healed. */
function afterHealing({ results: { healedAtMicros, endedAtMicros } }: ReportInput): Span {
  return [Math.round(Math.max(0, healedAtMicros - (endedAtMicros - healedAtMicros) * margin)), endedAtMicros];
}

/** Only the first witness of what is not allowed: the others would zoom out of the moment. */
function instantsOfEvidence(evidence: readonly AnomalyEvidence[]): number[] {
  const telling = evidence.find(({ anomaly }) => !anomaly.allowed)?.witnesses[0];
  if (telling === undefined) return [];
  const { timeMicros } = telling.witness;
  const instants: number[] = typeof timeMicros === 'number' ? [timeMicros] : [];
  for (const { micros } of telling.facts) instants.push(micros);
  for (const { acknowledgedMicros, facts } of telling.records) {
    if (acknowledgedMicros !== null) instants.push(acknowledgedMicros);
    for (const { role, micros } of facts) {
      if (role === 'election' || role === 'loss' || role === 'replacement' || role === 'host')
        instants.push(micros);
    }
  }
  return instants;
}
