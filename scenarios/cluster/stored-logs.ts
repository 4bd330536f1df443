import { parsePartitionName } from '../../broker/protocol/partition-name.js';
import type { World } from '../../harness/world/world.js';
import type { StoredLog } from '../invariants/decision-checker.js';
import type { PartitionNames } from '../invariants/partition-names.js';

const SEGMENT = /^kafka-logs\/([^/]+)\/\d{20}\.log$/;

/**
 * The logs on the disk of a host, read from the disk itself and not from the reports of its broker. A disk that
 * failed a sync or lied about one is left out, because its broker cannot know what is stored. An empty segment may be
 * missing, because it held nothing. A directory that a broker has set aside is no log any more.
 */
export function storedLogs(world: World, host: string, names: PartitionNames): readonly StoredLog[] {
  const { disk } = world.host(host);
  if (disk.unsoundSyncCount > 0) return [];
  const logs = new Map<string, boolean>();
  for (const { path, sizeBytes, isDurable } of disk.files()) {
    const directory = SEGMENT.exec(path)?.[1] ?? '';
    const partition = parsePartitionName(directory);
    if (partition === null) continue;
    const metadata = disk.peek(`kafka-logs/${directory}/partition.metadata`);
    const topicId =
      metadata === null ? undefined : /topic_id: (\S+)/.exec(new TextDecoder().decode(metadata))?.[1];
    if (topicId === undefined) continue;
    const name = names.of({ ...partition, topicId, name: directory });
    logs.set(name, (logs.get(name) ?? true) && (isDurable || sizeBytes === 0));
  }
  return [...logs].map(([partition, isDurable]) => ({ partition, isDurable }));
}
