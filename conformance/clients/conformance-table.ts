/** The conformance table, client × capability, in Markdown. */
import type { CapabilityResult } from './run-client.js';

export interface TableColumn {
  readonly name: string;
  /** The tool that is missing; null: the client ran. */
  readonly missing: string | null;
  readonly results: readonly CapabilityResult[];
}

export function conformanceTable(columns: readonly TableColumn[]): string {
  const capabilities = [
    ...new Set(columns.flatMap(({ results }) => results.map(({ capability }) => capability))),
  ];
  const rows = capabilities.map((capability) => [
    capability,
    ...columns.map((column) => cell(column, capability)),
  ]);
  const head = ['', ...columns.map(({ name }) => name)];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell({ missing, results }: TableColumn, capability: string): string {
  if (missing !== null) return 'skipped';
  const outcome = results.find((result) => result.capability === capability)?.outcome;
  if (outcome === undefined || outcome === 'not offered') return '–';
  return outcome === 'passed' ? 'yes' : '**no**';
}
