/** Collects the full trace of a run: the lines of `trace.jsonl` and the log lines of each host. */
import type { LogLevel } from '../env.js';
import type { FaultPhase } from '../faults/nemesis.js';
import type { DeliveredPacket, TraceSink } from '../kernel/trace.js';
import type { World } from '../world/world.js';
import type { TraceLine } from './run-data.js';

export interface LogLine {
  readonly timeMicros: number;
  /** The time of the host's wall clock. */
  readonly wallMillis: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TraceRecording {
  /** In order of `t`. */
  readonly lines: readonly TraceLine[];
  readonly logs: ReadonlyMap<string, readonly LogLine[]>;
}

/** The most recorded packets. A run has tens of thousands; without the limit a livelock would use up the memory. */
const PACKETS_MAX = 1_000_000;

export class TraceRecorder implements TraceSink {
  #packets = 0;
  readonly #lines: TraceLine[] = [];
  readonly #logs = new Map<string, LogLine[]>();

  fired(): void {}

  delivered(packet: DeliveredPacket): void {
    if (++this.#packets > PACKETS_MAX) return;
    this.#lines.push({
      t: packet.timeMicros,
      kind: 'packet',
      from: packet.from,
      to: packet.to,
      label: packet.label,
      sentAt: packet.sentAtMicros,
      sizeBytes: packet.sizeBytes,
    });
  }

  marked(name: string, timeMicros: number): void {
    this.#lines.push({ t: timeMicros, kind: 'mark', name, host: '' });
  }

  /** Records every change of state of the hosts that exist now. */
  watchHosts(world: World): void {
    for (const host of world.hosts) {
      host.onStateChange(() => {
        this.#lines.push({ t: world.simulation.nowMicros, kind: 'host', host: host.name, state: host.state });
      });
    }
  }

  add(line: TraceLine): void {
    this.#lines.push(line);
  }

  addFault({ timeMicros, id, fault, phase, targets }: FaultPhase): void {
    this.#lines.push({ t: timeMicros, kind: 'fault', id, fault, phase, targets });
  }

  log(host: string, line: LogLine): void {
    const lines = this.#logs.get(host);
    if (lines === undefined) this.#logs.set(host, [line]);
    else lines.push(line);
  }

  /** The recording. Lines of one instant stay in the order in which they were recorded. */
  finish(): TraceRecording {
    this.#lines.sort((a, b) => a.t - b.t);
    return { lines: this.#lines, logs: this.#logs };
  }
}
