/** kill −9 of the whole `seismolog broker` under load, start again, read back: acknowledged records that are lost. */
import { killRounds } from '../live/kill-rounds.js';
import { type BenchRow, row } from './bench-row.js';

export async function measureKills(rounds: number): Promise<BenchRow[]> {
  const { acknowledged, lost } = await killRounds(rounds);
  const name = `kill −9 under load: ${rounds} rounds, ${acknowledged} acknowledged`;
  return [row(name, lost.length, 'records lost', { aim: 0, holds: lost.length === 0 })];
}
