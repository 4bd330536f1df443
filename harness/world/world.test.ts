import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { findDivergence } from '../kernel/divergence.js';
import type { DeliveredPacket } from '../kernel/trace.js';
import { runGoldenWorld } from './testing/golden-world.js';
import { IdleWorld } from './testing/idle-world.js';
import { World } from './world.js';

/** The golden world as one script, for a process or a worker that is not the test runner's. */
function golden(tell: string): string {
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const contents = `import { runGoldenWorld } from './testing/golden-world.js'; ${tell}(runGoldenWorld('again').digest);`;
  const options = { bundle: true, write: false, platform: 'node', format: 'cjs', target: 'es2022' } as const;
  return buildSync({ ...options, stdin: { contents, resolveDir } }).outputFiles[0]?.text ?? '';
}

describe('a run is a pure function of its seed', () => {
  it('has a frozen digest: it may only change when the meaning of a seed changes, and the changelog says so', () => {
    expect(runGoldenWorld('golden')).toEqual({ digest: 'a9febd3fc083fa33', events: 15_709 });
  });

  it('is the same twice in one process, in a fresh process and in a worker', async () => {
    const { digest } = runGoldenWorld('again');
    expect(runGoldenWorld('again').digest).toBe(digest);
    const child = execFileSync(process.execPath, ['-'], { input: golden('console.log'), encoding: 'utf8' });
    expect(child.trim()).toBe(digest);
    const fromWorker = await new Promise((resolve, reject) => {
      const worker = new Worker(golden(`require('node:worker_threads').parentPort.postMessage`), {
        eval: true,
      });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(fromWorker).toBe(digest);
  });

  it('is the same whether or not it is traced, and no two of fifty seeds are alike', () => {
    const digests = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      digests.add(runGoldenWorld(`${seed}`).digest);
    }
    expect(digests.size).toBe(50);
    expect(runGoldenWorld('7', { fired: () => undefined }).digest).toBe(runGoldenWorld('7').digest);
    expect(findDivergence((trace) => runGoldenWorld('7', trace))).toBeNull();
  });
});

describe('WorldHost', () => {
  it('hands the program a fresh environment at each start, with streams that go on', () => {
    const world = new World({ seed: 'host' });
    const drawn: number[] = [];
    world.addHost('h', { start: (env) => drawn.push(env.random('x').nextInt(1_000_000)) });
    for (let index = 0; index < 3; index++) {
      world.host('h').start();
      world.simulation.runUntil(world.simulation.nowMicros + 10);
      world.host('h').crash();
    }
    expect(new Set(drawn).size).toBe(3);
    expect(world.host('h').generation).toBeGreaterThan(3);
  });

  it('halt ends the program: no callback of it runs any more', () => {
    const world = new IdleWorld(['h']);
    const env = world.env('h');
    const after: string[] = [];
    env.disk.append('f', new Uint8Array(1), () => after.push('disk'));
    env.timers.schedule(0, () => {
      env.halt('log directory failed');
      env.timers.schedule(0, () => after.push('timer'));
    });
    world.run(1_000_000);
    expect(after).toEqual([]);
    expect(world.host('h').state).toBe('down');
  });

  it('asks a program to stop, and exits when it is done', () => {
    const world = new World({ seed: 'host' });
    const story: string[] = [];
    const stops: (() => void)[] = [];
    world.addHost('h', {
      start: () => story.push('start'),
      stop: (done) => {
        story.push('stop');
        stops.push(done);
      },
    });
    const host = world.host('h');
    host.onStateChange((change) => story.push(change.kind));
    expect(host.requestShutdown()).toBe(false);
    host.start();
    world.simulation.runUntil(10);
    expect(host.requestShutdown()).toBe(true);
    world.simulation.runUntil(20);
    expect(host.state).toBe('up');
    stops[0]?.();
    stops[0]?.();
    expect(story).toEqual(['started', 'start', 'stop', 'exited']);
    host.start();
    stops[0]?.();
    expect(host.state).toBe('up');
  });

  it('tells a trace sink of every message that a program received', () => {
    const delivered: DeliveredPacket[] = [];
    const world = new IdleWorld(['a', 'b'], {
      trace: { fired: () => undefined, delivered: (packet) => delivered.push(packet) },
    });
    world.serve('b');
    world.connect('a', 'b').send('x', 123, 'Produce');
    world.run(10_000);
    expect(delivered).toEqual([
      { timeMicros: 3_000, from: 'a', to: 'b', label: 'Produce', sentAtMicros: 2_000, sizeBytes: 123 },
      { timeMicros: 4_000, from: 'b', to: 'a', label: 'Test', sentAtMicros: 3_000, sizeBytes: 100 },
    ]);
  });
});

describe('a run that is over', () => {
  it('has given its bytes back: nobody looks at its disks any more', () => {
    const bench = new IdleWorld(['h']);
    bench.env('h').disk.append('f', Uint8Array.of(1), () => undefined);
    bench.run(1_000_000);
    expect(bench.host('h').disk.peek('f')).toEqual(Uint8Array.of(1));
    bench.world.simulation.memory.release();
    expect(() => bench.host('h').disk.peek('f')).toThrow('after its run had ended');
  });
});
