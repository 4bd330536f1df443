/**
 * `.kafka_cleanshutdown` in a broker's log directory: written last in an orderly shutdown, with the broker epoch, and
 * taken away at the next start, so that a crash leaves none (org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler,
 * KIP-966). Absent or unreadable means unclean.
 */
import type { DiskError, Env } from '../env.js';

const NAME = '.kafka_cleanshutdown';

/** `done` with the epoch of the last clean shutdown, −1: it was unclean. The file is gone then. */
export function takeCleanShutdownFile(
  env: Env,
  directory: string,
  done: (error: DiskError | null, previousBrokerEpoch: number) => void,
): void {
  const path = `${directory}/${NAME}`;
  const { disk } = env;
  disk.size(path, (sizeError, sizeBytes) => {
    if (sizeError !== null) {
      done(sizeError.code === 'ENOENT' ? null : sizeError, -1);
      return;
    }
    disk.read(path, 0, sizeBytes, (readError, bytes) => {
      const previousBrokerEpoch = readError === null ? parseEpoch(bytes) : -1;
      disk.remove(path, (removeError) => {
        if (removeError !== null) done(removeError, -1);
        else disk.syncDirectory(directory, (error) => done(error, previousBrokerEpoch));
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

function parseEpoch(bytes: Uint8Array): number {
  const match = /^\{"version":0,"brokerEpoch":(-?\d+)\}$/.exec(new TextDecoder().decode(bytes));
  return match === null ? -1 : Number(match[1]);
}
