/**
 * The disk of a simulated host, behind its page cache.
 *
 * Fault model: written bytes are readable at once and survive a crash of the process. They survive a power loss only after a
 * sync of the file and a sync of its directory; without the syncs they are lost, torn or kept (`file-content.ts`,
 * `file-tree.ts`). When the process dies, a first part of the operations in flight, in order, has been carried out; the
 * others never are. The disk can hang (no operation completes until healing), be slow, be full, fail reads, writes, syncs,
 * truncations or renames, write short, lie about syncs, flip bits, or come back empty. A failed write may have written a first
 * part of its bytes. After a failed sync the unsynced bytes stay readable, but no later sync makes them durable.
 *
 * Not covered: misdirected writes and reads, data made durable by syncs of other files, a page cache that writes back after a
 * time (unsynced data stays unsynced), removals that fail, contention between files (each file has its own queue), lost
 * directories (a directory exists while it contains a file), permissions, links, read-only remounts, quotas.
 */
import type { Disk, RandomStream } from '../env.js';
import { drawFrom } from '../kernel/distribution.js';
import { HarnessBug, insist } from '../kernel/harness-bug.js';
import type { Host, HostChange } from '../kernel/host.js';
import { DISK_EVENT, type EventReceiver, type KernelEvent } from '../kernel/kernel-event.js';
import type { Simulation } from '../kernel/simulation.js';
import { DiskFaults, type FailingOperation } from './disk-faults.js';
import {
  type DiskOperation,
  type DiskResult,
  failure,
  operationOf,
  operationWords,
  success,
} from './disk-operation.js';
import { type DiskTiming, ssdTiming } from './disk-timing.js';
import type { FaultHandle } from './fault-handle.js';
import type { FileContent } from './file-content.js';
import { FileTree } from './file-tree.js';

export interface StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly isDurable: boolean;
}

interface PathQueue {
  /** When the last requested operation completes. */
  busyUntilMicros: number;
}

const noBytes = new Uint8Array(0);

export class SimulatedDisk implements EventReceiver {
  /** The number of times that `wipe` and `rot` changed the stored data: for observers. */
  wipeCount = 0;
  rotCount = 0;
  /** The number of syncs that failed or lied: the data they covered may never become durable. */
  unsoundSyncCount = 0;
  readonly #simulation: Simulation;
  readonly #host: Host;
  readonly #timing: DiskTiming;
  readonly #tree: FileTree;
  /** Operations on one path complete in the order in which they were requested. */
  readonly #queues = new Map<string, PathQueue>();
  /** Requested operations in order. A finished operation stays here until all operations before it have finished. */
  #inFlight: DiskOperation[] = [];
  /** The number of finished operations at the front of `#inFlight`. */
  #finishedCount = 0;
  readonly #faults = new DiskFaults();
  #hung: KernelEvent[] = [];
  readonly #latencyRandom: RandomStream;
  readonly #lossRandom: RandomStream;

  constructor(simulation: Simulation, host: Host, timing: DiskTiming = ssdTiming) {
    this.#simulation = simulation;
    this.#host = host;
    this.#timing = timing;
    this.#tree = new FileTree(simulation.memory);
    this.#latencyRandom = simulation.random(`disk/${host.name}/latency`);
    this.#lossRandom = simulation.random(`disk/${host.name}/loss`);
    host.onStateChange((change) => this.#followHost(change));
  }

  /** The disk as seen by the program that is running now. It does nothing once that program has ended. */
  door(): Disk {
    const host = this.#host;
    const { generation } = host;
    const ask = (operation: DiskOperation): void => {
      if (host.generation === generation) {
        this.#ask(operation);
      }
    };
    return {
      append: (path, bytes, done) => ask(operationOf('append', path, done, 0, bytes.length, bytes)),
      write: (path, position, bytes, done) =>
        ask(operationOf('write', path, done, position, bytes.length, bytes)),
      read: (path, position, lengthBytes, done) =>
        ask(operationOf('read', path, done, position, lengthBytes)),
      size: (path, done) => ask(operationOf('size', path, done)),
      sync: (path, done) => ask(operationOf('sync', path, done)),
      syncDirectory: (path, done) => ask(operationOf('syncDirectory', path, done)),
      truncate: (path, sizeBytes, done) => ask(operationOf('truncate', path, done, sizeBytes)),
      rename: (from, to, done) => ask(operationOf('rename', from, done, 0, 0, null, to)),
      remove: (path, done) => ask(operationOf('remove', path, done)),
      renameDirectory: (from, to, done) => ask(operationOf('renameDirectory', from, done, 0, 0, null, to)),
      removeDirectory: (path, done) => ask(operationOf('removeDirectory', path, done)),
      list: (path, done) => ask(operationOf('list', path, done)),
    };
  }

  /** No operation completes until healing; then all complete, in order. */
  hang(): FaultHandle {
    return this.#faults.add('hang', 0, null, () => {
      if (!this.#faults.has('hang')) {
        for (const event of this.#hung.splice(0)) {
          this.#simulation.post(event, 0);
        }
      }
    });
  }

  slow(extraMicros: number): FaultHandle {
    insist(Number.isSafeInteger(extraMicros) && extraMicros >= 0, `a disk slower by ${extraMicros} µs`);
    return this.#faults.add('slow', extraMicros, null);
  }

  /** No file can grow, and no file can be created. */
  full(): FaultHandle {
    return this.#faults.add('full', 0, null);
  }

  /** The next `count` operations of the kind fail with EIO. */
  fail(operation: FailingOperation, count: number): FaultHandle {
    insist(count > 0, `${count} failures`);
    return this.#faults.add('fail', count, operation);
  }

  /** The next write of two bytes or more takes only some of them. */
  shortWrite(): FaultHandle {
    return this.#faults.add('short-write', 1, null);
  }

  /** Syncs succeed, but make nothing durable. */
  lie(): FaultHandle {
    return this.#faults.add('lie', 0, null);
  }

  /** Flips one bit of stored data; every bit is equally likely. Returns false when nothing is stored. */
  rot(random: RandomStream): boolean {
    const entries = this.#tree.entries();
    const totalBytes = entries.reduce((sum, [, file]) => sum + file.sizeBytes, 0);
    if (totalBytes === 0) {
      return false;
    }
    let position = random.nextInt(Math.min(totalBytes, 0x80000000));
    for (const [, file] of entries) {
      if (position < file.sizeBytes) {
        file.flipBit(position, random.nextInt(8));
        this.rotCount++;
        return true;
      }
      position -= file.sizeBytes;
    }
    throw new HarnessBug('no stored byte at the drawn position');
  }

  /** Replaces the disk with an empty one. The host must be down. */
  wipe(): void {
    insist(this.#host.state === 'down', `${this.#host.name}: a disk is replaced while its host is down`);
    this.#tree.wipe();
    this.wipeCount++;
  }

  /** The current content of a file, read without a disk operation: for observers and tests. */
  peek(path: string): Uint8Array | null {
    insist(!this.#simulation.memory.isReleased, 'a disk was read after its run had ended');
    const file = this.#tree.get(path);
    return file === null ? null : file.read(0, file.sizeBytes);
  }

  /** Every stored file, and whether it would survive a power loss unchanged: for observers. */
  files(): readonly StoredFile[] {
    const unsynced = this.#tree.unsyncedPaths();
    return this.#tree.entries().map(([path, file]) => ({
      path,
      sizeBytes: file.sizeBytes,
      isDurable: file.isSynced && !unsynced.has(path),
    }));
  }

  receive(event: KernelEvent): void {
    if (this.#faults.has('hang')) {
      this.#faults.count('hang');
      this.#hung.push(event);
      return;
    }
    const operation = event.payload as DiskOperation;
    this.#simulation.release(event);
    operation.finished = true;
    this.#forgetFinished();
    const { error, value } = this.#carryOut(operation);
    operation.done(error, value as never);
  }

  miss(event: KernelEvent): void {
    this.#simulation.release(event);
  }

  #ask(operation: DiskOperation): void {
    const now = this.#simulation.nowMicros;
    const { path, otherPath } = operation;
    const queue = this.#queueOf(path);
    let dueMicros = Math.max(now + this.#latencyOf(operation), queue.busyUntilMicros);
    if (otherPath !== '') {
      const other = this.#queueOf(otherPath);
      dueMicros = Math.max(dueMicros, other.busyUntilMicros);
      other.busyUntilMicros = dueMicros;
    }
    queue.busyUntilMicros = dueMicros;
    this.#inFlight.push(operation);
    const event = this.#simulation.acquire(this, DISK_EVENT);
    event.host = this.#host;
    event.generation = this.#host.generation;
    event.payload = operation;
    event.wordA = operationWords[operation.name];
    event.wordB = operation.lengthBytes;
    event.label = operation.name;
    event.sentAtMicros = now;
    this.#simulation.post(event, dueMicros - now);
  }

  #queueOf(path: string): PathQueue {
    let queue = this.#queues.get(path);
    if (queue === undefined) {
      queue = { busyUntilMicros: 0 };
      this.#queues.set(path, queue);
    }
    return queue;
  }

  #latencyOf(operation: DiskOperation): number {
    const timing = this.#timing;
    let micros: number;
    switch (operation.name) {
      case 'append':
      case 'write':
        micros =
          drawFrom(timing.write, this.#latencyRandom) +
          Math.floor((operation.lengthBytes * timing.writePer64KiBMicros) / 65_536);
        break;
      case 'read':
        micros =
          drawFrom(timing.read, this.#latencyRandom) +
          Math.floor((operation.lengthBytes * timing.readPer64KiBMicros) / 65_536);
        break;
      case 'sync':
      case 'syncDirectory':
        micros = drawFrom(timing.sync, this.#latencyRandom);
        break;
      default:
        micros = drawFrom(timing.metadata, this.#latencyRandom);
    }
    return micros + this.#faults.slownessMicros();
  }

  #carryOut(operation: DiskOperation): DiskResult {
    const { path } = operation;
    switch (operation.name) {
      case 'append':
      case 'write':
        return this.#write(operation, this.#tree.get(path));
      case 'sync':
        return this.#sync(operation);
      case 'syncDirectory':
        return this.#syncDirectory(path);
      case 'list':
        return { error: null, value: this.#tree.list(path) };
      case 'renameDirectory':
        return this.#renameDirectory(operation);
      case 'removeDirectory':
        return this.#tree.list(path).length > 0 ? failure('EEXIST', operation, null) : success(null);
      default: {
        const file = this.#tree.get(path);
        return file === null ? this.#absent(operation) : this.#carryOutOn(file, operation);
      }
    }
  }

  #carryOutOn(file: FileContent, operation: DiskOperation): DiskResult {
    switch (operation.name) {
      case 'read':
        return this.#faults.fails('read')
          ? failure('EIO', operation, noBytes)
          : success(file.read(operation.position, operation.lengthBytes));
      case 'size':
        return success(file.sizeBytes);
      case 'truncate':
        if (this.#faults.fails('write') || this.#faults.fails('truncate')) {
          return failure('EIO', operation, null);
        }
        file.truncate(operation.position);
        return success(null);
      case 'rename':
        if (this.#faults.fails('rename')) {
          return failure('EIO', operation, null);
        }
        this.#tree.rename(operation.path, operation.otherPath);
        return success(null);
      case 'remove':
        this.#tree.remove(operation.path);
        return success(null);
      default:
        throw new HarnessBug(`${operation.name} is not carried out here`);
    }
  }

  #write(operation: DiskOperation, present: FileContent | null): DiskResult {
    const bytes = operation.bytes as Uint8Array;
    let file = present;
    const sizeBytes = file === null ? 0 : file.sizeBytes;
    const position = operation.name === 'append' ? sizeBytes : operation.position;
    if (position > sizeBytes) {
      throw new HarnessBug(`a write to ${operation.path} at ${position}, beyond its end at ${sizeBytes}`);
    }
    let writtenBytes = bytes.length;
    if (this.#faults.some) {
      if (this.#faults.fails('write')) {
        this.#leavePart(operation, file, position);
        return failure('EIO', operation, 0);
      }
      if (this.#faults.has('full') && (file === null || position + bytes.length > sizeBytes)) {
        this.#faults.count('full');
        return failure('ENOSPC', operation, 0);
      }
      if (bytes.length >= 2 && this.#faults.take('short-write')) {
        writtenBytes = 1 + this.#lossRandom.nextInt(bytes.length - 1);
      }
    }
    file ??= this.#tree.create(operation.path);
    if (writtenBytes > 0) {
      file.write(position, writtenBytes === bytes.length ? bytes : bytes.subarray(0, writtenBytes));
    }
    return success(writtenBytes);
  }

  /** A failed write: a first part of the bytes may be written, and the caller does not learn how much. */
  #leavePart(operation: DiskOperation, present: FileContent | null, position: number): void {
    const bytes = operation.bytes as Uint8Array;
    const takenBytes = this.#lossRandom.nextInt(2) === 0 ? 0 : this.#lossRandom.nextInt(bytes.length + 1);
    if (takenBytes === 0) {
      return;
    }
    const file = present ?? this.#tree.create(operation.path);
    file.write(position, bytes.subarray(0, takenBytes));
  }

  #sync(operation: DiskOperation): DiskResult {
    const file = this.#tree.get(operation.path);
    if (file === null) {
      return this.#absent(operation);
    }
    if (this.#faults.fails('sync')) {
      this.unsoundSyncCount++;
      file.abandonChanges();
      return failure('EIO', operation, null);
    }
    if (this.#faults.has('lie')) {
      this.unsoundSyncCount++;
      this.#faults.count('lie');
    } else {
      file.sync();
    }
    return success(null);
  }

  #syncDirectory(path: string): DiskResult {
    if (this.#faults.fails('sync')) {
      this.unsoundSyncCount++;
      return { error: { code: 'EIO', message: `syncDirectory ${path}` }, value: null };
    }
    if (this.#faults.has('lie')) {
      this.unsoundSyncCount++;
      this.#faults.count('lie');
    } else {
      this.#tree.sync(path);
    }
    return success(null);
  }

  #renameDirectory(operation: DiskOperation): DiskResult {
    const { path, otherPath } = operation;
    if (this.#faults.fails('rename')) {
      return failure('EIO', operation, null);
    }
    if (this.#tree.list(path).length === 0) {
      return failure('ENOENT', operation, null);
    }
    if (path !== otherPath && this.#tree.list(otherPath).length > 0) {
      return failure('EEXIST', operation, null);
    }
    this.#tree.renameDirectory(path, otherPath);
    return success(null);
  }

  #absent(operation: DiskOperation): DiskResult {
    return failure('ENOENT', operation, operation.name === 'read' ? noBytes : 0);
  }

  #followHost(change: HostChange): void {
    switch (change.kind) {
      case 'crashed':
      case 'exited':
        this.#settleInFlight();
        break;
      case 'power-lost':
        this.#settleInFlight();
        this.#losePower();
        break;
      case 'started':
      case 'paused':
      case 'resumed':
        break;
      default:
        change satisfies never;
    }
  }

  /** The process died: a random first part of the operations in flight was carried out; the others never are. */
  #settleInFlight(): void {
    const waiting = this.#inFlight.filter((operation) => !operation.finished);
    this.#inFlight = [];
    this.#finishedCount = 0;
    this.#queues.clear();
    for (const event of this.#hung.splice(0)) {
      this.#simulation.release(event);
    }
    if (waiting.length === 0 || this.#faults.has('hang')) {
      return;
    }
    for (const operation of waiting.slice(0, this.#lossRandom.nextInt(waiting.length + 1))) {
      this.#carryOut(operation);
    }
  }

  #losePower(): void {
    const before = this.#tree.entries();
    const lostName = this.#tree.losePower(this.#lossRandom);
    const files = new Set([...before, ...this.#tree.entries()].map(([, file]) => file));
    let lostBytes = false;
    for (const file of files) {
      lostBytes = file.losePower(this.#lossRandom) || lostBytes;
    }
    if (lostName || lostBytes) {
      this.#simulation.mark('power loss lost unsynced data');
    }
  }

  #forgetFinished(): void {
    const inFlight = this.#inFlight;
    if (inFlight.length === 1) {
      inFlight.pop();
      return;
    }
    let count = this.#finishedCount;
    while (count < inFlight.length && (inFlight[count] as DiskOperation).finished) {
      count++;
    }
    if (count === inFlight.length) {
      inFlight.length = 0;
      count = 0;
    } else if (count > 32) {
      inFlight.splice(0, count);
      count = 0;
    }
    this.#finishedCount = count;
  }
}
