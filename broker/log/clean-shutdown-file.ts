/**
 * `.kafka_cleanshutdown` in a broker's log directory
 * (org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler, KIP-966). It holds the broker
 * epoch. An orderly shutdown writes it last, and the next start removes it, so a crash leaves no file. A
 * missing or unreadable file means an unclean shutdown.
 */
import type { DiskError, Env } from '../env.js';

const NAME = '.kafka_cleanshutdown';

/** How the previous process ended. */
export interface LastShutdown {
  readonly isClean: boolean;
  /** −1: the shutdown was unclean, or the broker had not registered. */
  readonly brokerEpoch: number;
}

const UNCLEAN: LastShutdown = { isClean: false, brokerEpoch: -1 };

/** Reads and removes the file. The file is gone when `done` is called. */
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
