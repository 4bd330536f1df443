/** A program's logger that passes log lines to the observer of the run. In a campaign it is off and costs nothing. */
import type { Logger } from '../env.js';
import type { World } from '../world/world.js';
import type { RunOnlooker } from './experiment.js';

const SILENT: Logger = { enabled: false, log() {} };

/** The logger for `world.addHost(name, program, { logger })`. The host need not exist yet. */
export function hostLogger(onlooker: RunOnlooker | null, world: World, host: string): Logger {
  if (onlooker?.log === undefined) return SILENT;
  return {
    enabled: true,
    log(level, message, fields = {}) {
      onlooker.log?.(host, {
        timeMicros: world.simulation.nowMicros,
        wallMillis: world.host(host).clock.wallMillis(),
        level,
        message,
        fields,
      });
    },
  };
}
