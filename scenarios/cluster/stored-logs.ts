import type { World } from '../../harness/world/world.js';
import type { StoredLog } from '../invariants/decision-checker.js';

const SEGMENT = /^kafka-logs\/([^/]+)\/\d{20}\.log$/;

/**
 * The logs on the disk of a host, read from the disk itself and not from the reports of its broker. A disk that
 * failed a sync or lied about one is left out, because its broker cannot know what is stored. An empty segment may be
 * missing, because it held nothing.
 */
export function storedLogs(world: World, host: string): readonly StoredLog[] {
  const { disk } = world.host(host);
  if (disk.unsoundSyncCount > 0) return [];
  const logs = new Map<string, boolean>();
  for (const { path, sizeBytes, isDurable } of disk.files()) {
    const partition = SEGMENT.exec(path)?.[1];
    if (partition === undefined) continue;
    logs.set(partition, (logs.get(partition) ?? true) && (isDurable || sizeBytes === 0));
  }
  return [...logs].map(([partition, isDurable]) => ({ partition, isDurable }));
}
