/**
 * `quorum-state`: the election state that a voter must never forget, chiefly its epoch (KIP-595;
 * org.apache.kafka.raft.FileQuorumStateStore). The file is replaced as a whole: a temporary file is written, synced
 * and renamed, then the directory is synced.
 */
import type { DiskError, Env } from '../env.js';

export interface QuorumState {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly votedId: number;
}

/** `done` gets null if there is no file. A file that cannot be parsed is an error. */
export function readQuorumState(
  env: Env,
  directory: string,
  done: (error: string | null, state: QuorumState | null) => void,
): void {
  const path = `${directory}/quorum-state`;
  env.disk.size(path, (sizeError, sizeBytes) => {
    if (sizeError !== null) {
      if (sizeError.code === 'ENOENT') done(null, null);
      else done(describe(path, sizeError), null);
      return;
    }
    env.disk.read(path, 0, sizeBytes, (readError, bytes) => {
      const state = readError === null ? parse(bytes) : null;
      if (readError !== null) done(describe(path, readError), null);
      else done(state === null ? `${path} is not a quorum state` : null, state);
    });
  });
}

export function writeQuorumState(
  env: Env,
  directory: string,
  state: QuorumState,
  done: (error: string | null) => void,
): void {
  const { disk } = env;
  const path = `${directory}/quorum-state`;
  const draft = `${path}.tmp`;
  const bytes = new TextEncoder().encode(JSON.stringify({ ...state, data_version: 1 }));
  const next = (step: () => void) => (error: DiskError | null) => {
    if (error !== null) done(describe(draft, error));
    else step();
  };
  const append = (rest: Uint8Array): void =>
    disk.append(draft, rest, (error, writtenBytes) => {
      next(() => {
        if (writtenBytes < rest.length) append(rest.subarray(writtenBytes));
        else
          disk.sync(
            draft,
            next(() =>
              disk.rename(
                draft,
                path,
                next(() =>
                  disk.syncDirectory(
                    directory,
                    next(() => done(null)),
                  ),
                ),
              ),
            ),
          );
      })(error);
    });
  disk.remove(draft, (error) => next(() => append(bytes))(error?.code === 'ENOENT' ? null : error));
}

const describe = (path: string, error: DiskError): string => `${path}: ${error.code} ${error.message}`;

function parse(bytes: Uint8Array): QuorumState | null {
  const pattern = /^\{"leaderId":(-?\d+),"leaderEpoch":(\d+),"votedId":(-?\d+),"data_version":1\}$/;
  const match = pattern.exec(new TextDecoder().decode(bytes));
  return match === null
    ? null
    : { leaderId: Number(match[1]), leaderEpoch: Number(match[2]), votedId: Number(match[3]) };
}
