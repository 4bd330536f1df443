import type { Env } from '../env.js';
import type { LoadedLog } from './log-loader.js';
import type { PartitionLogOptions } from './partition-log-options.js';

/** Reports the content of a log that was opened, and what its recovery did. */
export function reportLoaded(env: Env, options: PartitionLogOptions, loaded: LoadedLog): void {
  const { observer, partition } = options;
  const { logStartOffset, logEndOffset, cutBytes } = loaded;
  observer?.log?.logOpened(partition, logStartOffset, logEndOffset, loaded.batches);
  if (cutBytes > 0) observer?.mark('torn log tail cut at recovery');
  observer?.log?.recoveryDone(partition, loaded);
  if (!env.logger.enabled) return;
  const words = { partition: partition.name, logStartOffset, logEndOffset, cutBytes };
  env.logger.log('info', 'Loaded log', words);
}
