/**
 * `.kafka_cleanshutdown` in a broker's log directory: written last in an orderly shutdown, with the broker epoch, and
 * taken away at the next start, so that a crash leaves none (org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler,
 * KIP-966). Absent or unreadable means unclean.
 */
import type { DiskError, Env } from '../env.js';

const NAME = '.kafka_cleanshutdown';

/** How the process before this one ended. */
export interface LastShutdown {
  readonly isClean: boolean;
  /** −1: unclean, or before the broker had registered. */
  readonly brokerEpoch: number;
}

const UNCLEAN: LastShutdown = { isClean: false, brokerEpoch: -1 };

/** The file is gone when `done` is called. */
export function takeCleanShutdownFile(
  env: Env,
  directory: string,
  done: (error: DiskError | null, lastShutdown: LastShutdown) => void,
): void {
  const path = `${directory}/${NAME}`;
  const { disk } = env;
  disk.size(path, (sizeError, sizeBytes) => {
    if (sizeError !== null) {
      done(sizeError.code === 'ENOENT' ? null : sizeError, UNCLEAN);
      return;
    }
    disk.read(path, 0, sizeBytes, (readError, bytes) => {
      const lastShutdown = readError === null ? parse(bytes) : UNCLEAN;
      disk.remove(path, (removeError) => {
        if (removeError !== null) done(removeError, UNCLEAN);
        else disk.syncDirectory(directory, (error) => done(error, lastShutdown));
      });
    });
  });
}

export function writeCleanShutdownFile(
  env: Env,
  directory: string,
  brokerEpoch: number,
  done: (error: DiskError | null) => void,
): void {
  const path = `${directory}/${NAME}`;
  const { disk } = env;
  const bytes = new TextEncoder().encode(`{"version":0,"brokerEpoch":${brokerEpoch}}`);
  disk.append(path, bytes, (appendError, writtenBytes) => {
    if (appendError !== null) done(appendError);
    else if (writtenBytes < bytes.length) done({ code: 'EIO', message: `short write of ${path}` });
    else
      disk.sync(path, (syncError) => {
        if (syncError !== null) done(syncError);
        else disk.syncDirectory(directory, done);
      });
  });
}

function parse(bytes: Uint8Array): LastShutdown {
  const match = /^\{"version":0,"brokerEpoch":(-?\d+)\}$/.exec(new TextDecoder().decode(bytes));
  return match === null ? UNCLEAN : { isClean: true, brokerEpoch: Number(match[1]) };
}
