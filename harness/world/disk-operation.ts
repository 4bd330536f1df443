/** An operation on a simulated disk, and its result. */
import type { DiskError, DiskErrorCode } from '../env.js';

type OperationName =
  | 'append'
  | 'write'
  | 'read'
  | 'size'
  | 'sync'
  | 'syncDirectory'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'renameDirectory'
  | 'removeDirectory'
  | 'list';

/** The number of each operation in the digest. */
export const operationWords: Readonly<Record<OperationName, number>> = {
  append: 1,
  write: 2,
  read: 3,
  size: 4,
  sync: 5,
  syncDirectory: 6,
  truncate: 7,
  rename: 8,
  remove: 9,
  list: 10,
  renameDirectory: 11,
  removeDirectory: 12,
};

type Outcome = (error: DiskError | null, value: never) => void;

export interface DiskOperation {
  readonly name: OperationName;
  readonly path: string;
  /** Target of a rename. */
  readonly otherPath: string;
  readonly position: number;
  readonly lengthBytes: number;
  readonly bytes: Uint8Array | null;
  readonly done: Outcome;
  finished: boolean;
}

/** The result of an operation: an error, or a value for its callback. */
export interface DiskResult {
  readonly error: DiskError | null;
  readonly value: unknown;
}

export function operationOf(
  name: OperationName,
  path: string,
  done: Outcome,
  position = 0,
  lengthBytes = 0,
  bytes: Uint8Array | null = null,
  otherPath = '',
): DiskOperation {
  return { name, path, otherPath, position, lengthBytes, bytes, done, finished: false };
}

export function success(value: unknown): DiskResult {
  return { error: null, value };
}

export function failure(code: DiskErrorCode, operation: DiskOperation, value: unknown): DiskResult {
  return { error: { code, message: `${operation.name} ${operation.path}` }, value };
}
