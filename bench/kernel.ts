/**
 * How fast the kernel is: messages between hosts over links of 1 ms, through connections, hosts, links and the digest,
 * against a bare heap that does the same workload in the same process.
 *
 * Floor and kernel take turns, and the ratio is the median over the turns: machines are noisy, ratios of one turn are not.
 */
import type { Connection, ConnectionHandler, HostEnv, Listener } from '../harness/env.js';
import { World } from '../harness/world/world.js';
import { BareHeap } from './bare-heap.js';
import { type BenchRow, median } from './bench-row.js';

interface Workload {
  readonly name: string;
  readonly unit: string;
  /** Units of work done per second of virtual time. */
  readonly workPerVirtualSecond: number;
  /** Virtual seconds of one turn. */
  readonly virtualSeconds: number;
  readonly aim: number;
  /** The least ratio: ahead of every peer by their ratios to this floor, measured on one machine. */
  readonly atLeast: number;
  readonly floor: () => Runnable;
  readonly kernel: () => Runnable;
}

/** Something that was set up and can be run on, to an instant. */
type Runnable = (untilMicros: number) => void;

const LINK_MICROS = 1_000;
const TICK_MICROS = 100_000;
const GOSSIP_MICROS = 10_000;
/** A value, not bytes: bytes that are passed arrive in pieces, as `onBytes`. */
const payload = { sizeBytes: 100 };

export function measureKernel(
  options: { readonly turns?: number; readonly scale?: number } = {},
): BenchRow[] {
  return workloads(options.scale ?? 1).map((workload) => measure(workload, options.turns ?? 7));
}

function workloads(scale: number): Workload[] {
  const pingPong = (pending: number, aim: number, atLeast: number): Workload => ({
    name: `kernel: ping-pong, ${pending} pending`,
    unit: 'messages/s',
    workPerVirtualSecond: pending * 1_000,
    virtualSeconds: Math.max(1, Math.round((2_000 * scale) / pending)),
    aim,
    atLeast,
    floor: () => bareFlows(pending),
    kernel: () => pingPongFlows(pending),
  });
  return [
    pingPong(1, 0.5, 0.05),
    pingPong(32, 0.7, 0.5),
    pingPong(256, 0.8, 0.5),
    pingPong(4_096, 0.8, 0.5),
    {
      name: 'kernel: idle cluster of 6, 100 ms interval each',
      unit: 'virtual s/s',
      workPerVirtualSecond: 1,
      virtualSeconds: Math.round(40_000 * scale),
      aim: 0.5,
      atLeast: 0.16,
      floor: bareIdle,
      kernel: idleCluster,
    },
    {
      name: 'kernel: gossip of 3, 100 bytes each 10 ms',
      unit: 'messages/s',
      workPerVirtualSecond: 600,
      virtualSeconds: Math.round(3_000 * scale),
      aim: 0.5,
      atLeast: 0.06,
      floor: bareGossip,
      kernel: gossipCluster,
    },
  ];
}

function measure(workload: Workload, turns: number): BenchRow {
  const floors: number[] = [];
  const values: number[] = [];
  const ratios: number[] = [];
  // The first turn warms both up.
  for (let turn = 0; turn <= turns; turn++) {
    const floor = rateOf(workload, workload.floor);
    const value = rateOf(workload, workload.kernel);
    if (turn > 0) {
      floors.push(floor);
      values.push(value);
      ratios.push(value / floor);
    }
  }
  const ratio = median(ratios);
  return {
    name: workload.name,
    value: median(values),
    unit: workload.unit,
    floor: median(floors),
    ratio,
    aim: workload.aim,
    holds: ratio >= workload.atLeast,
  };
}

function rateOf(workload: Workload, setUp: () => Runnable): number {
  const run = setUp();
  run(50_000);
  const start = performance.now();
  run(50_000 + workload.virtualSeconds * 1_000_000);
  const seconds = (performance.now() - start) / 1_000;
  return (workload.virtualSeconds * workload.workPerVirtualSecond) / seconds;
}

function bareFlows(pending: number): Runnable {
  const heap = new BareHeap();
  for (let flow = 0; flow < pending; flow++) {
    const hop = (): void => heap.schedule(LINK_MICROS, hop);
    heap.schedule(flow % LINK_MICROS, hop);
  }
  return (until) => heap.run(until);
}

function bareIdle(): Runnable {
  const heap = new BareHeap();
  for (let host = 0; host < 6; host++) {
    const tick = (): void => heap.schedule(TICK_MICROS, tick);
    heap.schedule(host, tick);
  }
  return (until) => heap.run(until);
}

function bareGossip(): Runnable {
  const heap = new BareHeap();
  let receivedBytes = 0;
  const send = (message: typeof payload): void =>
    heap.schedule(LINK_MICROS, () => {
      receivedBytes += message.sizeBytes;
    });
  for (let host = 0; host < 3; host++) {
    const tick = (): void => {
      send(payload);
      send(payload);
      heap.schedule(GOSSIP_MICROS, tick);
    };
    heap.schedule(host, tick);
  }
  return (until) => {
    heap.run(until);
    if (receivedBytes === 0) {
      throw new Error('no gossip');
    }
  };
}

function runWorld(world: World): Runnable {
  for (const host of world.hosts) {
    host.start();
  }
  return (until) => world.simulation.runUntil(until);
}

function newWorld(): World {
  return new World({ seed: 'bench', latency: { kind: 'constant', value: LINK_MICROS } });
}

function accepting(accept: (connection: Connection) => ConnectionHandler): Listener {
  return {
    accept,
    onError: ({ message }) => {
      throw new Error(message);
    },
  };
}

/** One end of a flow: sends back whatever comes. */
class Pong implements ConnectionHandler {
  connection: Connection | null = null;
  hasReceived = false;

  onOpen(): void {}

  onValue(message: unknown): void {
    this.hasReceived = true;
    (this.connection as Connection).pass(message, 100, 'ping');
  }

  onClose(): void {}
}

function pingPongFlows(pending: number): Runnable {
  const world = newWorld();
  const pongs: Pong[] = [];
  world.addHost('server', {
    start: (env: HostEnv) =>
      env.network.listen(
        { port: 1 },
        accepting((connection) => {
          const pong = new Pong();
          pong.connection = connection;
          return pong;
        }),
      ),
  });
  world.addHost('client', {
    start: (env: HostEnv) => {
      for (let flow = 0; flow < pending; flow++) {
        // Spread over the link's millisecond, as the flows of the floor are.
        env.timers.schedule(flow % LINK_MICROS, () => {
          const pong = new Pong();
          pongs.push(pong);
          pong.connection = env.network.connect({ host: 'server', port: 1 }, pong);
          pong.connection.pass(payload, payload.sizeBytes, 'ping');
        });
      }
    },
  });
  const run = runWorld(world);
  return (until) => {
    run(until);
    if (!pongs.every(({ hasReceived }) => hasReceived)) throw new Error('no ping-pong');
  };
}

function idleCluster(): Runnable {
  const world = newWorld();
  for (let host = 0; host < 6; host++) {
    world.addHost(`host-${host}`, {
      start: (env: HostEnv) => {
        const tick = (): void => {
          env.timers.schedule(TICK_MICROS, tick);
        };
        env.timers.schedule(host, tick);
      },
    });
  }
  return runWorld(world);
}

function gossipCluster(): Runnable {
  const world = newWorld();
  const names = ['host-0', 'host-1', 'host-2'];
  let receivedBytes = 0;
  const handler: ConnectionHandler = {
    onOpen: () => undefined,
    onValue: (message) => {
      receivedBytes += (message as typeof payload).sizeBytes;
    },
    onClose: () => undefined,
  };
  for (const name of names) {
    world.addHost(name, {
      start: (env: HostEnv) => {
        env.network.listen(
          { port: 1 },
          accepting(() => handler),
        );
        const peers = names.filter((peer) => peer !== name);
        // Once everybody listens.
        env.timers.schedule(10, () => {
          const connections = peers.map((host) => env.network.connect({ host, port: 1 }, handler));
          const tick = (): void => {
            for (const connection of connections) {
              connection.pass(payload, payload.sizeBytes, 'gossip');
            }
            env.timers.schedule(GOSSIP_MICROS, tick);
          };
          tick();
        });
      },
    });
  }
  const run = runWorld(world);
  return (until) => {
    run(until);
    if (receivedBytes === 0) {
      throw new Error('no gossip');
    }
  };
}
