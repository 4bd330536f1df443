/**
 * What a scenario's clients do: a list of client processes, and the settings by which their promises are judged. A kind of
 * workload is one folder beside this file; the experiment, the fault targets and the judge know workloads by this interface alone.
 */
import type { Properties } from '../../broker/config/definitions.js';
import type { ClientContext, ClientHost, ClientProcess } from './client-process.js';

export interface Workload {
  /** Its numbers and choices, for documents and reports: plain data. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Kafka's keys of every producer of the workload; what they permit is derived from them. */
  readonly producerConfig: Properties;
  readonly consumerConfig: Properties;
  /** Among the two: what the harness set and the user did not write. */
  readonly setByHarness: { readonly producer: Properties; readonly consumer: Properties };

  /** The same workload with other settings of Kafka's. */
  withConfig(producerConfig: Properties, consumerConfig: Properties): Workload;
  /** Refuses settings that cannot mean what they say, through `check`. */
  check(check: SettingsCheck): void;
  /** The hosts that run its processes; minimisation may leave some of them out. */
  hosts(): readonly ClientHost[];
  /** The processes of the hosts that are kept, in the order in which they start. */
  processes(kept: readonly ClientHost[], context: ClientContext): readonly ClientProcess[];
  /** Every process has been started: what the workload plans for the course of the run. */
  started(processes: readonly ClientProcess[], context: ClientContext): void;
  /** Reads everything once more when all else has come to rest (Jepsen's final reads). */
  finalReader(context: ClientContext): ClientProcess;
}

/** How a workload's settings are looked at before anything runs. `path` names the setting in the error. */
export interface SettingsCheck {
  /** Refuses fields that `known` does not have. */
  fields(path: string, value: unknown, known: object): void;
  whole(path: string, value: number, min: number, max?: number): void;
  positive(path: string, value: number, max?: number): void;
  oneOf(path: string, value: string | undefined, words: readonly string[]): void;
  /** Kafka's keys, as `resolve` takes or refuses them. */
  properties(path: string, properties: Properties, resolve: (properties: Properties) => unknown): void;
}
