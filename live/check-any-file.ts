/** `seismolog check`: a history of this project or of Jepsen, in JSON or EDN, or the lines of Kafka's verifiable clients. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import {
  checkChunks,
  checkFile,
  HistoryError,
  type HistoryJudgement,
} from '../harness/checkers/check-file.js';
import { ednToJsonLines, looksLikeEdn } from '../harness/history/edn-history.js';
import { MalformedHistory } from '../harness/history/malformed-history.js';
import { looksLikeVerifiableLines, verifiableHistory } from './verifiable-history.js';

/** The bytes by which a format is recognised. */
const START_BYTES = 4_096;

/** @throws HistoryError */
export function checkAnyFile(path: string): HistoryJudgement {
  const start = startOf(path);
  if (looksLikeEdn(start)) return checkText(path, ednToJsonLines);
  if (looksLikeVerifiableLines(start)) return withReads(checkText(path, verifiableHistory), path);
  return checkFile(path);
}

/** A producer's lines alone say nothing of what became of the records. */
function withReads(judgement: HistoryJudgement, path: string): HistoryJudgement {
  if (readFileSync(path, 'utf8').includes('"record_data"')) return judgement;
  const reason =
    'the file has no record that a consumer read: its lines must be there, printed with --verbose';
  const anomalies = judgement.anomalies.filter(({ name }) => name !== 'unseen');
  return {
    ...judgement,
    anomalies,
    verdict: 'unknown',
    unknownBecause: [...judgement.unknownBecause, reason],
  };
}

function checkText(path: string, convert: (text: string) => string): HistoryJudgement {
  try {
    return checkChunks([new TextEncoder().encode(convert(readFileSync(path, 'utf8')))]);
  } catch (error) {
    if (error instanceof MalformedHistory)
      throw new HistoryError('malformed-line', error.message, error.line);
    throw error;
  }
}

/** Empty for a file that cannot be read: `checkFile` says why. */
function startOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(START_BYTES);
      return new TextDecoder().decode(bytes.subarray(0, readSync(file, bytes)));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
