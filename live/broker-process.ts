/** `seismolog broker` as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface BrokerProcess {
  readonly child: ChildProcess;
  readonly bootstrapServers: string;
}

/**
 * Resolves when the process prints its bootstrap servers, rejects when it ends before.
 *
 * @param options those of the command.
 * @param stderr what becomes of the standard error of the process: null sends it to that of this process.
 */
export async function startBrokerProcess(
  options: readonly string[],
  stderr: ((text: string) => void) | null = null,
): Promise<BrokerProcess> {
  // The sources run under tsx, and the built files without it.
  const isSource = import.meta.url.endsWith('.ts');
  const cli = fileURLToPath(new URL(isSource ? '../cli.ts' : '../cli.js', import.meta.url));
  const loader = isSource ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, cli, 'broker', ...options], {
    stdio: ['ignore', 'pipe', stderr === null ? 'inherit' : 'pipe'],
  });
  if (stderr !== null) child.stderr?.on('data', (piece) => stderr(String(piece)));
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the broker ended before it was ready: ${text}`)));
    child.stdout?.on('data', (piece) => {
      text += String(piece);
      const match = /^bootstrap\.servers=(.+)$/m.exec(text);
      if (match?.[1] !== undefined) resolve({ child, bootstrapServers: match[1] });
    });
  });
}
