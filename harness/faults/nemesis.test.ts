import { describe, expect, it } from 'vitest';
import type { HostEnv, Program } from '../env.js';
import { accepting } from '../world/testing/idle-world.js';
import { World } from '../world/world.js';
import type { ClusterAction, Fault } from './fault.js';
import { type FaultPhase, Nemesis } from './nemesis.js';

const HOSTS = ['b1', 'b2', 'b3', 'b4'];

/** Every host sends the next one a packet each 10 ms and writes to its disk. */
class Chatter implements Program {
  readonly #next: string;

  constructor(next: string) {
    this.#next = next;
  }

  start(env: HostEnv): void {
    env.network.listen(
      { port: 1 },
      accepting(() => ({ onOpen() {}, onClose() {} })),
    );
    const connection = env.network.connect({ host: this.#next, port: 1 }, { onOpen() {}, onClose() {} });
    const talk = (): void => {
      connection.pass('hello', 100, 'Hello');
      env.disk.append('log', new Uint8Array(100), () => env.disk.sync('log', () => {}));
      env.timers.schedule(10_000, talk);
    };
    env.timers.schedule(10_000, talk);
  }
}

function run(faults: readonly Fault[], untilMicros = 2_000_000) {
  const world = new World({ seed: '1' });
  for (const [index, name] of HOSTS.entries()) world.addHost(name, new Chatter(HOSTS[(index + 1) % 4]!));
  const phases: FaultPhase[] = [];
  const performed: ClusterAction[] = [];
  const nemesis = new Nemesis({
    world,
    plan: { version: 1, faults },
    resolveTarget: (target) => (target === 'servers' ? HOSTS : HOSTS.filter((host) => host === target)),
    perform: (action) => performed.push(action) > 0 && action.name !== 'impossible',
    onPhase: (phase) => phases.push(phase),
  });
  nemesis.start();
  for (const host of world.hosts) host.start();
  world.simulation.runUntil(untilMicros);
  return { world, nemesis, phases, performed };
}

const at = (atMicros: number, durationMicros: number) => ({ atMicros, durationMicros, target: 'b1' });

describe('the nemesis', () => {
  it('applies a fault at its instant and heals it when it is over', () => {
    const { phases } = run([{ kind: 'crash', ...at(500_000, 300_000) }]);
    expect(phases.map(({ timeMicros, phase, targets }) => [timeMicros, phase, targets])).toEqual([
      [500_000, 'start', ['b1']],
      [800_000, 'end', ['b1']],
    ]);
  });

  it.each<[string, Fault, string, string]>([
    ['crash', { kind: 'crash', ...at(500_000, 300_000) }, 'down', 'up'],
    ['power-loss', { kind: 'power-loss', ...at(500_000, 300_000) }, 'down', 'up'],
    ['pause', { kind: 'pause', ...at(500_000, 300_000) }, 'paused', 'up'],
    ['clean-restart', { kind: 'clean-restart', ...at(500_000, 300_000) }, 'down', 'up'],
    ['wipe-disk', { kind: 'wipe-disk', ...at(500_000, 300_000) }, 'down', 'up'],
  ])('%s takes the host away and gives it back', (_, fault, during, after) => {
    const { world } = run([fault], 600_000);
    expect(world.host('b1').state).toBe(during);
    world.simulation.runUntil(900_000);
    expect(world.host('b1').state).toBe(after);
  });

  it('keeps account of what was configured, what fired and what mattered', () => {
    const { nemesis } = run([
      { kind: 'crash', ...at(500_000, 300_000) },
      // Already down: it cannot be taken.
      { kind: 'crash', ...at(600_000, 100_000) },
      { kind: 'crash', ...at(700_000, 100_000), target: 'nobody' },
      { kind: 'cut', ...at(1_000_000, 100_000), peer: 'b2', oneWay: false },
      // Nothing goes from b1 to b3: it fires and does not matter.
      { kind: 'cut', ...at(1_200_000, 100_000), peer: 'b3', oneWay: false },
      { kind: 'disk-error', ...at(1_400_000, 100_000), operation: 'read', count: 1 },
      { kind: 'action', atMicros: 1_500_000, target: 'b1', name: 'preferred-election' },
      { kind: 'action', atMicros: 1_500_000, target: 'b1', name: 'impossible' },
      { kind: 'ring', atMicros: 9_000_000, durationMicros: 1 },
    ]);
    expect(nemesis.account()).toEqual([
      { kind: 'crash', configured: 3, fired: 1, mattered: 1 },
      { kind: 'cut', configured: 2, fired: 2, mattered: 1 },
      { kind: 'disk-error', configured: 1, fired: 1, mattered: 0 },
      { kind: 'action:preferred-election', configured: 1, fired: 1, mattered: 1 },
      { kind: 'action:impossible', configured: 1, fired: 0, mattered: 0 },
      { kind: 'ring', configured: 1, fired: 0, mattered: 0 },
    ]);
  });

  it.each<Fault>([
    { kind: 'isolate', ...at(500_000, 300_000), scope: 'servers', oneWay: false },
    { kind: 'isolate', ...at(500_000, 300_000), scope: 'servers', oneWay: true },
    { kind: 'bridge', ...at(500_000, 300_000), target: 'b1' },
    { kind: 'delay', ...at(500_000, 300_000), peer: 'b2', extraMicros: 5_000 },
    { kind: 'slow-link', ...at(500_000, 300_000), peer: 'b2', bytesPerSecond: 1_000 },
    { kind: 'hold', ...at(500_000, 300_000), peer: 'b2' },
    { kind: 'hold-kind', ...at(500_000, 300_000), messageKind: 'Hello' },
    { kind: 'reset', atMicros: 500_000, target: 'b1', peer: 'b2' },
    { kind: 'half-open', atMicros: 500_000, target: 'b1', peer: 'b2' },
    { kind: 'disk-hang', ...at(500_000, 300_000) },
    { kind: 'disk-slow', ...at(500_000, 300_000), extraMicros: 5_000 },
    { kind: 'disk-full', ...at(500_000, 300_000) },
    { kind: 'disk-error', ...at(500_000, 300_000), operation: 'sync', count: 2 },
    { kind: 'short-write', atMicros: 500_000, target: 'b1' },
    { kind: 'lying-sync', ...at(500_000, 300_000) },
    { kind: 'bit-rot', atMicros: 500_000, target: 'b1' },
  ])('$kind fires and matters where there is traffic to meet it', (fault) => {
    const { nemesis } = run([fault]);
    expect(nemesis.account()).toEqual([{ kind: fault.kind, configured: 1, fired: 1, mattered: 1 }]);
  });

  it('cuts every pair that is not adjacent in a ring', () => {
    const { nemesis, world } = run([{ kind: 'ring', atMicros: 100, durationMicros: 10_000_000 }], 200);
    expect(nemesis.account()[0]).toMatchObject({ fired: 1, mattered: 0 });
    expect(world.hosts.length).toBe(4);
  });

  it('lets the fault that took a host bring it back, whatever else wanted it', () => {
    const { world } = run(
      [
        { kind: 'crash', ...at(500_000, 1_000_000) },
        { kind: 'pause', ...at(600_000, 100_000) },
      ],
      1_000_000,
    );
    expect(world.host('b1').state).toBe('down');
  });

  it('heals everything at the end and starts every host, those included that stopped by themselves', () => {
    const { world, nemesis, phases } = run([
      { kind: 'crash', ...at(500_000, 60_000_000) },
      { kind: 'pause', ...at(600_000, 60_000_000), target: 'b2' },
      { kind: 'crash', ...at(50_000_000, 1), target: 'b3' },
    ]);
    world.host('b4').crash();
    nemesis.healAll();
    expect(world.hosts.map((host) => host.state)).toEqual(['up', 'up', 'up', 'up']);
    expect(phases.filter((phase) => phase.phase === 'end').map((phase) => phase.id)).toEqual([0, 1]);
    world.simulation.runUntil(60_000_000);
    expect(world.host('b3').generation).toBe(1);
  });

  it('sets a clock right at the end that had stepped, and not before', () => {
    const step: Fault = { kind: 'clock-step', atMicros: 500_000, target: 'b1', stepMillis: -7_200_000 };
    const { world, nemesis, phases } = run([step]);
    const ahead = () => world.host('b2').clock.wallMillis() - world.host('b1').clock.wallMillis();
    expect([ahead(), phases.length]).toEqual([7_200_000, 1]);
    nemesis.healAll();
    expect([ahead(), phases.length]).toEqual([0, 2]);
  });

  it('starts a host that halted on a bad disk when the disk is well again', () => {
    const { world } = run([{ kind: 'disk-full', ...at(500_000, 300_000) }], 600_000);
    world.host('b1').crash();
    world.simulation.runUntil(900_000);
    expect(world.host('b1').state).toBe('up');
  });

  it('heals a fault of no length at once', () => {
    const { world, phases } = run([{ kind: 'crash', ...at(500_000, 0) }]);
    expect(phases.map((phase) => phase.phase)).toEqual(['start', 'end']);
    expect(world.host('b1').state).toBe('up');
  });
});
