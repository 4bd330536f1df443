/**
 * A live cluster as programs see it. No type of Node stands here: a program that uses the package compiles without them.
 */
import type { Properties } from '../broker/config/definitions.js';
import type { Address, Logger } from '../broker/env.js';
import type { FaultKind } from '../harness/faults/fault.js';
import type { FaultPhase, FaultState } from '../harness/faults/nemesis.js';

export interface LiveClusterOptions {
  /** The number of brokers; 1 if absent. Their ids are 1, 2, …, and their host names in fault plans b1, b2, … */
  readonly brokers?: number;
  /** Topics to create unless they exist, by name. */
  readonly topics?: Readonly<Record<string, TopicToCreate>>;
  /** Kafka's configuration keys for brokers and controller, and for TLS and SASL of the listener for clients. */
  readonly config?: Properties;
  /** The users of SASL/SCRAM. */
  readonly scramUsers?: readonly ScramUser[];
  /** Where the brokers listen; absent: the address in `listeners`, else loopback: the first on this port, the others on the ports after it. Port 0: free ports. */
  readonly listen?: Address;
  /** Keeps all logs in this directory. Absent: a temporary directory, removed by `close`. */
  readonly dataDirectory?: string;
  /** A fault plan as JSON value; its times count from the moment at which the cluster is ready. */
  readonly faults?: unknown;
  readonly logger?: Logger;
  /** Called when a fault begins and when it ends. */
  readonly onFault?: (phase: FaultPhase) => void;
  /** Called when a node ends itself, for example after an I/O error of its disk. Absent: the reason is written to standard error. */
  readonly onHalt?: (node: string, reason: string) => void;
  /** Called with an exception of a node's code; the node goes on. Absent: its stack is written to standard error. */
  readonly onError?: (node: string, error: unknown) => void;
}

export interface TopicToCreate {
  /** Absent: `num.partitions`. */
  readonly partitions?: number;
  /** Absent: `default.replication.factor`. */
  readonly replicationFactor?: number;
  readonly config?: Properties;
}

/** A user of SASL/SCRAM, as `--add-scram` of Kafka's storage tool names it. */
export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly name: string;
  readonly password: string;
  /** Absent: 4096. */
  readonly iterations?: number;
}

export interface KafkaCluster {
  /** The value of Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  /** Where the brokers listen, in the order of their ids. */
  readonly addresses: readonly Address[];
  readonly clusterId: string;
  /**
   * Injects a fault, for example `{ kind: 'crash', target: 'leader of orders-0', durationMicros: 1_000_000 }`. Absent
   * `atMicros`: at once. Absent `durationMicros`: until `heal()`.
   *
   * @throws PlanError when the fault is malformed or names what cannot exist in this cluster.
   */
  inject(fault: FaultToInject): InjectedFault;
  /** Nodes, partitions with leader, ISR and epochs, and the end of each replica's log. */
  state(): ClusterState;
  /** Heals all faults, then a controlled shutdown of all brokers, then of the controller. */
  close(): Promise<void>;
  /** Ends every node as SIGKILL does. */
  kill(): void;
}

/** A fault that was injected. */
export interface InjectedFault {
  readonly id: number;
  /** The fault and what has become of it. */
  state(): FaultState;
  /** Ends the fault before its time. False: it does not stand. */
  heal(): boolean;
}

/**
 * A fault as a program writes it. Absent `atMicros`: now. Absent `durationMicros` of a kind that lasts: until the
 * fault is healed.
 */
export type FaultToInject = { readonly kind: FaultKind; readonly [field: string]: unknown };

export interface ClusterState {
  readonly clusterId: string;
  readonly bootstrapServers: string;
  readonly controller: { readonly host: string; readonly state: NodeState };
  readonly brokers: readonly BrokerState[];
  readonly partitions: readonly PartitionState[];
}

type NodeState = 'up' | 'down' | 'paused';

export interface BrokerState {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly state: NodeState;
  /** The controller has unfenced the broker. */
  readonly unfenced: boolean;
}

export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  /** −1: none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
  readonly replicas: readonly ReplicaState[];
}

/** The offsets are null while the broker of the replica is down. */
export interface ReplicaState {
  readonly broker: number;
  readonly logStartOffset: number | null;
  readonly highWatermark: number | null;
  readonly logEndOffset: number | null;
}
