/** Producers that send at a steady rate and consumers that are assigned partitions: the workload of most scenarios. */
import type { Properties } from '../../broker/config/definitions.js';
import type { RandomStream } from '../../harness/env.js';
import type { ClientContext, ClientHost, ClientProcess } from './client-process.js';
import { ConsumerProcess } from './consumer-process.js';
import { ProducerProcess } from './producer-process.js';
import type { WorkloadSpec } from './workload-spec.js';

const FINAL_READER_HOST = 'final';

export function clientHosts(workload: WorkloadSpec): ClientHost[] {
  const named = (count: number, prefix: string, group: string): ClientHost[] =>
    Array.from({ length: count }, (_, index) => ({ host: `${prefix}${index + 1}`, group }));
  return [...named(workload.producers, 'p', 'producer'), ...named(workload.consumers, 'r', 'consumer')];
}

/** The processes of the hosts that are kept; a minimised run leaves some out, and the other consumers share their partitions. */
export function clientProcesses(
  workload: WorkloadSpec,
  kept: readonly ClientHost[],
  context: ClientContext,
): ClientProcess[] {
  const hostsOf = (group: string): string[] =>
    kept.filter((each) => each.group === group).map((each) => each.host);
  const consumers = hostsOf('consumer');
  return [
    ...hostsOf('producer').map((host) => producerOn(host, workload, context)),
    ...consumers.map((host, index) => {
      const share = context.partitions.filter((_, place) => place % consumers.length === index);
      return consumerOn(
        host,
        workload.readAll ? context.partitions : share,
        workload.consumerConfig,
        context,
        workload.seeks ? context.world.simulation.random(`workload/${host}/seeks`) : null,
      );
    }),
  ];
}

/** Reads everything once more from the beginning (Jepsen's final reads). */
export function finalReader(workload: WorkloadSpec, context: ClientContext): ClientProcess {
  const config = { ...workload.consumerConfig, 'auto.offset.reset': 'earliest' };
  return consumerOn(FINAL_READER_HOST, context.partitions, config, context, null);
}

/** In half of the runs nothing is sent from some point on: what elections make of a log that nobody writes to shows then. */
export function planQuietEnd(processes: readonly ClientProcess[], context: ClientContext): void {
  const { simulation } = context.world;
  const stream = simulation.random('workload/quiet-end');
  const quietAt = (context.durationMicros >>> 2) + stream.nextInt(context.durationMicros);
  if (stream.nextInt(2) === 0) return;
  simulation.schedule(quietAt, () => {
    for (const process of processes) process.stopNewWork();
  });
}

function producerOn(host: string, workload: WorkloadSpec, context: ClientContext): ClientProcess {
  const { bootstrap, partitions, rules, recorder, checker } = context;
  return new ProducerProcess({
    host,
    bootstrap,
    partitions,
    workload,
    rules,
    recorder,
    stream: context.world.simulation.random(`workload/${host}`),
    onRefusal: ({ topic, partition, error, ...batch }) => {
      if (context.judgesRefusals) checker.sequenceRefused(host, `${topic}-${partition}`, batch, error);
    },
  });
}

function consumerOn(
  host: string,
  partitions: readonly string[],
  config: Properties,
  context: ClientContext,
  seeks: RandomStream | null,
): ClientProcess {
  const { bootstrap, rules, recorder, checker } = context;
  const isFinal = host === FINAL_READER_HOST;
  return new ConsumerProcess({
    host,
    bootstrap,
    partitions,
    config,
    rules,
    recorder,
    checker,
    seeks,
    isFinal,
  });
}
