import type { DiskError, Env } from '../env.js';
import { readText, replaceFile } from './checkpoint-file.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';

const NAME = 'meta.properties';

export interface DirectoryOwner {
  readonly clusterId: string;
  readonly nodeId: number;
}

/** `foreign`: the directory belongs to another cluster or node; nobody may write to it. */
export type DirectoryClaim =
  | { readonly kind: 'owned' }
  | { readonly kind: 'foreign'; readonly message: string };

/**
 * Makes a log directory this node's own: `meta.properties` (version 1) is written into a new one and must name the same
 * cluster and node in an old one (`InconsistentClusterIdException` of Kafka), so that a disk put into the wrong
 * machine corrupts nothing.
 */
export function claimDirectory(
  env: Env,
  directory: string,
  owner: DirectoryOwner,
  done: (error: DiskError | null, claim: DirectoryClaim | null) => void,
): void {
  runProcedure(env.disk, claim(`${directory}/${NAME}`, owner), (failure, result) => {
    done(failure?.error ?? null, result);
  });
}

function* claim(path: string, owner: DirectoryOwner): DiskProcedure<DirectoryClaim> {
  const text = yield* readText(path);
  if (text === null || text === '') {
    const lines = ['version=1', `cluster.id=${owner.clusterId}`, `node.id=${owner.nodeId}`];
    yield* replaceFile(path, `${lines.join('\n')}\n`, true);
    return { kind: 'owned' };
  }
  for (const [key, expected] of [
    ['cluster.id', owner.clusterId],
    ['node.id', String(owner.nodeId)],
  ]) {
    const found = text.split('\n').find((line) => line.startsWith(`${key}=`));
    if (found !== `${key}=${expected}`) {
      return {
        kind: 'foreign',
        message: `${path} says ${found ?? `nothing of ${key}`}, expected ${key}=${expected}`,
      };
    }
  }
  return { kind: 'owned' };
}
