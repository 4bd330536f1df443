/**
 * `quorum-state`: the election state that a voter must never forget, chiefly its epoch (KIP-595;
 * org.apache.kafka.raft.FileQuorumStateStore). The file is replaced as a whole: a temporary file is written, synced
 * and renamed, then the directory is synced.
 *
 * The content is JSON of Kafka's schema `QuorumStateData`, version 0: the version for voters that the configuration
 * names (kraft.version 0).
 */
import type { Env } from '../env.js';
import { readText, replaceFile } from '../log/checkpoint-file.js';
import { type DiskFailure, runProcedure } from '../log/disk-procedure.js';

export interface QuorumState {
  /** −1: unknown. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** −1: this voter has not voted in this epoch. */
  readonly votedId: number;
  readonly currentVoters: readonly number[];
}

const pathIn = (directory: string): string => `${directory}/quorum-state`;

/** `done` gets null if there is no file. A file that cannot be parsed is an error. */
export function readQuorumState(
  env: Env,
  directory: string,
  done: (error: string | null, state: QuorumState | null) => void,
): void {
  const path = pathIn(directory);
  runProcedure(env.disk, readText(path), (failure, text) => {
    if (failure !== null) done(describe(path, failure), null);
    else if (text === null) done(null, null);
    else {
      const state = parse(text);
      done(state === null ? `${path} is not a quorum state` : null, state);
    }
  });
}

export function writeQuorumState(
  env: Env,
  directory: string,
  state: QuorumState,
  done: (error: string | null) => void,
): void {
  const path = pathIn(directory);
  const { leaderId, leaderEpoch, votedId, currentVoters } = state;
  const data = {
    clusterId: '',
    leaderId,
    leaderEpoch,
    votedId,
    appliedOffset: 0,
    currentVoters: currentVoters.map((voterId) => ({ voterId })),
    data_version: 0,
  };
  runProcedure(env.disk, replaceFile(path, JSON.stringify(data), true), (failure) =>
    done(failure === null ? null : describe(path, failure)),
  );
}

const describe = (path: string, { error }: DiskFailure): string => `${path}: ${error.code} ${error.message}`;

function parse(text: string): QuorumState | null {
  const data = jsonObjectOf(text);
  if (data === null || data.data_version !== 0) return null;
  const { leaderId, leaderEpoch, votedId, currentVoters } = data;
  if (!isInteger(leaderId) || !isInteger(leaderEpoch) || !isInteger(votedId) || leaderEpoch < 0) return null;
  const voters = Array.isArray(currentVoters) ? currentVoters.map((each) => jsonVoterId(each)) : [];
  return voters.every(isInteger) ? { leaderId, leaderEpoch, votedId, currentVoters: voters } : null;
}

function jsonObjectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function jsonVoterId(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'voterId' in value ? value.voterId : null;
}

const isInteger = (value: unknown): value is number => Number.isInteger(value);
