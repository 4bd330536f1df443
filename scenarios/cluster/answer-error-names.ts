/** The names in a fault `answer-error`: APIs and errors of Kafka, partitions of the cluster. */
import { apiVersions } from '../../broker/protocol/api-versions.js';
import { errorCodes, errorNamed } from '../../broker/protocol/errors.js';
import { partitionedApis } from '../../broker/protocol/named-partitions.js';
import type { AnswerFault } from '../../harness/faults/fault.js';
import { nearest } from '../../harness/faults/nearest.js';
import type { ActionObjection } from '../../harness/faults/plan-names.js';

export function rejectAnswerError(
  { api, error, partition }: AnswerFault,
  partitions: readonly string[],
): ActionObjection | null {
  const apiNames = Object.keys(apiVersions);
  if (!apiNames.includes(api)) return { place: 'api', reason: unknown('API', api, apiNames) };
  const name = errorNamed(error);
  if (name === 'NONE') return { place: 'error', reason: 'NONE is no error' };
  if (name === null) {
    if (typeof error === 'number')
      return { place: 'error', reason: `Kafka has no error with the code ${error}` };
    return { place: 'error', reason: unknown('error', error, Object.keys(errorCodes)) };
  }
  if (partition === undefined) return null;
  if (!partitionedApis.includes(api)) {
    const reason = `${api} is not answered by partition; ${partitionedApis.join(', ')} are`;
    return { place: 'partition', reason };
  }
  if (partitions.includes(partition)) return null;
  return { place: 'partition', reason: unknown('partition', partition, partitions) };
}

function unknown(what: string, name: string, names: readonly string[]): string {
  const near = names.find((each) => each.startsWith(name)) ?? nearest(name, names);
  return `no ${what} "${name}"; ${near === null ? `names are ${names.join(', ')}` : `did you mean "${near}"?`}`;
}
