/** A program's log as the onlooker of a run hears it; in a campaign it is off and costs nothing. */
import type { Logger } from '../env.js';
import type { World } from '../world/world.js';
import type { RunOnlooker } from './experiment.js';

const SILENT: Logger = { enabled: false, log() {} };

/** Given to `world.addHost(name, program, { logger })`; the host need not exist yet. */
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
