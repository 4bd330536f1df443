/**
 * Jepsen's own history files (`history.edn`): one operation a line, `{:index 0, :time 1, :process 0, :type :invoke, :f :poll,
 * :value [[:poll]]}`, with or without the tag `#jepsen.history.Op`. Each line becomes a line of JSON for `HistoryReader`.
 * Keywords are texts, sets are lists, a map inside a value is a list of pairs.
 */
import { parseEDNString } from 'edn-data';
import { MalformedHistory } from './malformed-history.js';

/** Whether a file that begins so is in EDN. A line of JSON that is an object begins with a quotation mark or ends at once. */
export function looksLikeEdn(start: string): boolean {
  return /^\s*(#jepsen|\[?\s*\{\s*:)/.test(start);
}

/** @throws MalformedHistory */
export function ednToJsonLines(text: string): string {
  const lines: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const operation = line
      .trim()
      .replace(/^\[(?=\s*[{#])/, '')
      .replace(/^\]$/, '');
    // A line that is left out keeps its number, so that errors name the line of the file.
    lines.push(operation === '' || operation.startsWith(';') ? '' : jsonOf(operation, index + 1));
  }
  return lines.join('\n');
}

function jsonOf(edn: string, line: number): string {
  const operation = plain(parsed(edn, line), false);
  if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) {
    throw new MalformedHistory(line, 'not a map of EDN');
  }
  return JSON.stringify(operation);
}

function parsed(edn: string, line: number): unknown {
  try {
    return parseEDNString(edn, {
      mapAs: 'map',
      setAs: 'array',
      listAs: 'array',
      keywordAs: 'string',
      symbolAs: 'string',
      charAs: 'string',
    });
  } catch (error) {
    throw new MalformedHistory(line, `no EDN: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `inValue`: maps become lists of pairs, since their keys may be numbers. */
function plain(value: unknown, inValue: boolean): unknown {
  if (value instanceof Map) {
    const entries = [...value].map(([key, each]): [unknown, unknown] => [
      plain(key, inValue),
      plain(each, inValue || key === 'value'),
    ]);
    return inValue ? entries : Object.fromEntries(entries);
  }
  if (Array.isArray(value)) return value.map((each) => plain(each, inValue));
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'object' && value !== null && 'val' in value) return plain(value.val, inValue);
  return value;
}
