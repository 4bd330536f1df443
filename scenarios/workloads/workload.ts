/**
 * The clients of a scenario: a list of client processes, and the settings by which their promises are judged. Each
 * kind of workload is one folder beside this file. The experiment, the fault targets and the judge know workloads
 * only by this interface.
 */
import type { Properties } from '../../broker/config/definitions.js';
import type { ClientContext, ClientHost, ClientProcess } from './client-process.js';

export interface Workload {
  /** Some clients are programs of other people: connections carry bytes. Absent: no. */
  readonly hasGuests?: boolean;
  /** Its numbers and choices as plain data, for documents and reports. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Kafka's keys of every producer of the workload. The guarantee is derived from them. */
  readonly producerConfig: Properties;
  readonly consumerConfig: Properties;
  /** The keys among the two that the harness set and the user did not. */
  readonly setByHarness: { readonly producer: Properties; readonly consumer: Properties };

  /** The same workload with other Kafka settings. */
  withConfig(producerConfig: Properties, consumerConfig: Properties): Workload;
  /** Refuses settings without a meaning, through `check`. */
  check(check: SettingsCheck): void;
  /** The hosts that run its processes; minimisation may leave some of them out. */
  hosts(): readonly ClientHost[];
  /** The processes of the hosts that are kept, in the order in which they start. */
  processes(kept: readonly ClientHost[], context: ClientContext): readonly ClientProcess[];
  /** Called when every process has been started, to plan events in the course of the run. */
  started(processes: readonly ClientProcess[], context: ClientContext): void;
  /** Reads every record once more when everything else is done (Jepsen's final reads). */
  finalReader(context: ClientContext): ClientProcess;
}

/** The checks of a workload's settings before anything runs. `path` names the setting in the error. */
export interface SettingsCheck {
  /** Refuses fields that are not in `known`. */
  fields(path: string, value: unknown, known: object): void;
  whole(path: string, value: number, min: number, max?: number): void;
  positive(path: string, value: number, max?: number): void;
  oneOf(path: string, value: string | undefined, words: readonly string[]): void;
  /** Checks Kafka's keys with `resolve`, which accepts or refuses them. */
  properties(path: string, properties: Properties, resolve: (properties: Properties) => unknown): void;
}
