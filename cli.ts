/** The command line, with the house in it. argv -> exit code. */
import { house } from './composition.js';
import { EXIT } from './harness/cli/exit-code.js';
import { main } from './harness/cli/main.js';

const ending: { exitCode: number | null } = { exitCode: null };
// Scenarios of a user's own are code like any other: one that ends the process must not look like a verdict.
process.once('exit', (code) => {
  if (ending.exitCode !== null || code !== EXIT.valid) return;
  process.stderr.write('seismolog: the process was ended before there was a verdict\n');
  process.exitCode = EXIT.harnessFailed;
});
ending.exitCode = await main(process.argv.slice(2), house);
process.exitCode = ending.exitCode;
