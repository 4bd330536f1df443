/** The command line with the toy scenarios, in a temporary folder. Output that varies from run to run is blanked. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../main.js';
import { RecordedTerminal } from './recorded-terminal.js';
import { toyParts, toyPartsWithWorkers } from './toy-parts.js';

export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'seismolog-'));
  readonly runs = join(this.folder, 'runs');

  constructor() {
    mkdirSync(this.runs);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async seismolog(argv: readonly string[], terminal = new RecordedTerminal()) {
    const writes = ['run', 'replay', 'museum'].includes(argv[0] ?? '') && !argv.includes('--runs-dir');
    const exitCode = await main(
      [...argv, ...(writes ? ['--runs-dir', this.runs] : [])],
      argv.includes('--workers') ? toyPartsWithWorkers : toyParts,
      terminal,
    );
    return {
      exitCode,
      out: this.#settled(terminal.stdout),
      err: this.#settled(terminal.stderr),
      raw: terminal.stdout,
    };
  }

  #settled(text: string): string {
    return text
      .replaceAll(this.folder, '<tmp>')
      .replaceAll(/sl1-[\w-]+/g, 'sl1-…')
      .replaceAll(/ in \d+\.\d+ s/g, ' in … s')
      .replaceAll(/digest {3}[0-9a-f]{16}/g, 'digest   …')
      .replaceAll(/[\d.]+ cpu s/g, '… cpu s');
  }
}
