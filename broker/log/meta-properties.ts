import type { DiskError, Env } from '../env.js';
import { isUuid, uuidOf } from '../protocol/schema/uuid.js';
import { readText, replaceFile } from './checkpoint-file.js';
import { type DiskProcedure, runProcedure } from './disk-procedure.js';

const NAME = 'meta.properties';
const ID_KEY = 'directory.id=';

export interface DirectoryOwner {
  readonly clusterId: string;
  readonly nodeId: number;
}

/** `foreign`: the directory belongs to another cluster or node, so this node must not write to it. */
export type DirectoryClaim =
  | { readonly kind: 'owned'; readonly directoryId: string }
  | { readonly kind: 'foreign'; readonly message: string };

/**
 * Claims a log directory for this node. `meta.properties` (version 1) is written into a new directory, with a random
 * id of the directory (KIP-858). In an existing directory it must name the same cluster and node
 * (`InconsistentClusterIdException` of Kafka). A disk put into the wrong machine therefore corrupts nothing. A file
 * without an id, from an older version, gets one.
 */
export function claimDirectory(
  env: Env,
  directory: string,
  owner: DirectoryOwner,
  done: (error: DiskError | null, claim: DirectoryClaim | null) => void,
): void {
  const random = env.random('log-directory/id');
  const words = [0, 0, 0, 0].map(() => random.nextInt(2 ** 31));
  const newId = uuidOf([words[0]!, words[1]!, words[2]!, words[3]!]);
  runProcedure(env.disk, claim(`${directory}/${NAME}`, owner, newId), (failure, result) => {
    done(failure?.error ?? null, result);
  });
}

function* claim(path: string, owner: DirectoryOwner, newId: string): DiskProcedure<DirectoryClaim> {
  const text = yield* readText(path);
  if (text === null || text === '') {
    yield* writeProperties(path, owner, newId);
    return { kind: 'owned', directoryId: newId };
  }
  const lines = text.split('\n');
  for (const [key, expected] of [
    ['cluster.id', owner.clusterId],
    ['node.id', String(owner.nodeId)],
  ]) {
    const found = lines.find((line) => line.startsWith(`${key}=`));
    if (found !== `${key}=${expected}`) {
      return {
        kind: 'foreign',
        message: `${path} says ${found ?? `nothing of ${key}`}, expected ${key}=${expected}`,
      };
    }
  }
  const directoryId = lines.find((line) => line.startsWith(ID_KEY))?.slice(ID_KEY.length);
  if (directoryId !== undefined && isUuid(directoryId)) return { kind: 'owned', directoryId };
  yield* writeProperties(path, owner, newId);
  return { kind: 'owned', directoryId: newId };
}

function* writeProperties(path: string, owner: DirectoryOwner, directoryId: string): DiskProcedure<void> {
  const { clusterId, nodeId } = owner;
  const lines = ['version=1', `cluster.id=${clusterId}`, `node.id=${nodeId}`, `${ID_KEY}${directoryId}`];
  yield* replaceFile(path, `${lines.join('\n')}\n`, true);
}
