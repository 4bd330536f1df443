/**
 * Memory of one run of the standard scenario over the bare process, and growth over a campaign; in fresh processes. V8 lets
 * garbage grow to three semi-spaces of 16 MiB before it looks; a row with semi-spaces of 2 MiB shows what the run itself needs.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchRow, row } from './bench-row.js';

const SMALL_SEMI_SPACES = ['--max-semi-space-size=2'];

function child(args: readonly string[], flags: readonly string[] = []): Record<string, number> {
  const script = fileURLToPath(new URL('./memory-run.js', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, script, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`memory benchmark: ${stderr}`);
  return JSON.parse(stdout) as Record<string, number>;
}

export function measureMemory(campaignRuns: number): BenchRow[] {
  const bare = child(['bare']).peak ?? 0;
  const run = child(['run']).peak ?? 0;
  const needed =
    (child(['run'], SMALL_SEMI_SPACES).peak ?? 0) - (child(['bare'], SMALL_SEMI_SPACES).peak ?? 0);
  const campaign = child(['campaign', `${campaignRuns}`], SMALL_SEMI_SPACES);
  const grown = (campaign.late ?? 0) - (campaign.early ?? 0);
  return [
    row('memory: a 30 s run over the bare process', run - bare, 'MiB', {
      floor: bare,
      aim: 16,
      holds: run - bare <= 64,
    }),
    row('memory: the same with semi-spaces of 2 MiB', needed, 'MiB', { aim: 16, holds: needed <= 64 }),
    row(`memory: growth in the second half of ${campaignRuns} runs`, grown, 'MiB', {
      aim: 0,
      // The least of a quarter is known to some MiB: pages come back when the system likes.
      holds: grown <= 4,
    }),
  ];
}
