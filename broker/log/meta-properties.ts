import type { DiskError, Env } from '../env.js';
import { readText, replaceFile } from './checkpoint-file.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';

const NAME = 'meta.properties';

export interface DirectoryOwner {
  readonly clusterId: string;
  readonly nodeId: number;
}

/** `foreign`: the directory belongs to another cluster or node, so this node must not write to it. */
export type DirectoryClaim =
  | { readonly kind: 'owned' }
  | { readonly kind: 'foreign'; readonly message: string };

/**
 * Claims a log directory for this node. `meta.properties` (version 1) is written into a new directory. In
 * an existing directory it must name the same cluster and node (`InconsistentClusterIdException` of Kafka).
 * A disk put into the wrong machine therefore corrupts nothing.
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
