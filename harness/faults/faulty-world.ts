/** The places where faults are applied: a simulated world, or a live one on real sockets and disks. */
import type { RandomStream, TimerHandle } from '../env.js';
import type { HostState } from '../kernel/host.js';
import type { AnswerRule } from '../world/answer-faults.js';
import type { FailingOperation } from '../world/disk-faults.js';
import type { FaultHandle } from '../world/fault-handle.js';

export interface FaultyWorld {
  readonly hosts: readonly FaultyHost[];
  readonly network: FaultyNetwork;
  /** Microseconds since the start. */
  readonly nowMicros: number;
  host(name: string): FaultyHost;
  schedule(delayMicros: number, callback: () => void): TimerHandle;
  random(label: string): RandomStream;
}

/** The verbs return false when the state of the host does not allow them: a host that is up cannot be started. */
export interface FaultyHost {
  readonly name: string;
  readonly state: HostState;
  readonly disk: FaultyDisk;
  readonly clock: FaultyClock;
  readonly answers: FaultyAnswers;
  start(): boolean;
  /** The process dies; the page cache survives. */
  crash(): boolean;
  /** The machine dies: unsynced data may be lost. */
  powerLoss(): boolean;
  pause(): boolean;
  resume(): boolean;
  /** Empties the disk of the host, which must be down. */
  wipeDisk(): void;
  /** Asks the program to stop; the process ends when the program has finished its shutdown. */
  requestShutdown(): boolean;
}

export interface FaultyDisk {
  hang(): FaultHandle;
  slow(extraMicros: number): FaultHandle;
  full(): FaultHandle;
  fail(operation: FailingOperation, count: number): FaultHandle;
  shortWrite(): FaultHandle;
  lie(): FaultHandle;
  /** Flips one bit of stored data. Returns false when nothing is stored. */
  rot(random: RandomStream): boolean;
}

export interface FaultyAnswers {
  fail(rule: AnswerRule): FaultHandle;
}

export interface FaultyClock {
  step(millis: number): FaultHandle;
  drift(partsPerMillion: number): FaultHandle;
}

/** Links are directed, from host to host. */
export interface FaultyNetwork {
  /** No packet passes, either way. */
  cut(fromHost: string, toHost: string): FaultHandle;
  cutOneWay(fromHost: string, toHost: string): FaultHandle;
  delay(fromHost: string, toHost: string, extraMicros: number): FaultHandle;
  limit(fromHost: string, toHost: string, bytesPerSecond: number): FaultHandle;
  hold(fromHost: string, toHost: string): FaultHandle;
  holdKind(fromHost: string, kind: string): FaultHandle;
  /** Resets every connection between the two. Returns the number of connections. */
  resetConnections(hostA: string, hostB: string): number;
  /** Connections between the two lose their far end; the near end is not notified. Returns the number of connections. */
  halfOpen(nearHost: string, farHost: string): number;
}
