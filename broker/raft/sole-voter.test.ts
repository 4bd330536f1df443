import { describe, expect, it } from 'vitest';
import type { MetadataRecord } from '../protocol/metadata-records.js';
import { type ControllerRules, controllerRules } from '../rules/controller/index.js';
import { MemoryDisk } from '../testing/memory-disk.js';
import { TestProcess } from '../testing/test-process.js';
import { TinyWorld } from '../testing/tiny-world.js';
import type { MetadataBatch } from './metadata-batch.js';
import type { QuorumLog } from './quorum-log.js';
import { SoleVoter } from './sole-voter.js';

const LOG = '__cluster_metadata-0/00000000000000000000.log';

const topic = (name: string): MetadataRecord => ({ type: 'TopicRecord', name, topicId: name });

class Bench {
  readonly rules: Partial<ControllerRules>;
  readonly world = new TinyWorld();
  readonly disk = new MemoryDisk();
  log: QuorumLog | null = null;
  loaded: readonly MetadataBatch[] = [];
  highWatermark = 0;
  #process: TestProcess | null = null;

  constructor(rules: Partial<ControllerRules> = {}) {
    this.rules = rules;
  }

  start(): this {
    this.log = null;
    this.highWatermark = 0;
    this.#process = new TestProcess(this.world, 'c1', this.disk);
    new SoleVoter(this.#process.env, {
      nodeId: 1,
      rules: { ...controllerRules, ...this.rules },
      observer: null,
      listener: {
        onLeader: (log, batches) => {
          this.log = log;
          this.loaded = [...batches];
        },
        onResigned: () => {
          throw new Error('a sole voter never loses its leadership');
        },
        onHighWatermark: (highWatermark) => {
          this.highWatermark = highWatermark;
        },
      },
    }).start();
    return this.wait();
  }

  get leader(): QuorumLog {
    if (this.log === null) throw new Error(`no leader: ${this.halts.join()}`);
    return this.log;
  }

  get halts(): readonly string[] {
    return this.#process?.halts ?? [];
  }

  append(...names: readonly string[]): number | null {
    return this.leader.append(this.leader.leaderEpoch, names.map(topic));
  }

  wait(): this {
    this.world.run(10_000);
    return this;
  }

  crash(): this {
    this.#process?.kill();
    return this;
  }

  powerLoss(tornBytes = 0): this {
    this.crash();
    this.disk.powerLoss(tornBytes);
    return this;
  }

  names(): readonly string[] {
    return this.loaded.flatMap(({ records }) =>
      records.map((record) => (record.type === 'TopicRecord' ? record.name : '?')),
    );
  }
}

describe('the metadata log of a sole voter', () => {
  it('commits a batch when it is on disk, not when it is appended', () => {
    const bench = new Bench().start();
    expect(bench.append('a', 'b')).toBe(0);
    expect(bench.append('c')).toBe(2);
    const { leaderEpoch, endOffset } = bench.leader;
    expect(bench.leader.append(leaderEpoch - 1, [topic('late')])).toBeNull();
    expect(bench.leader.endOffset).toBe(endOffset);
    expect(bench.leader.endOffset).toBe(3);
    expect(bench.highWatermark).toBe(0);
    expect(bench.wait().highWatermark).toBe(3);
  });

  it('has every committed batch after a power loss, the first one with its directory entry', () => {
    const bench = new Bench().start();
    bench.append('a', 'b');
    bench.wait().append('c');
    bench.wait().powerLoss().start();
    expect(bench.names()).toEqual(['a', 'b', 'c']);
    expect(bench.leader.endOffset).toBe(3);
  });

  it('commits nothing while a sync hangs', () => {
    const bench = new Bench().start();
    bench.disk.hanging.add('sync');
    bench.append('a');
    expect(bench.wait().highWatermark).toBe(0);
  });

  it('asks its rules: one that commits what is merely appended loses it in a power loss', () => {
    const bench = new Bench({
      metadataHighWatermark: ({ endOffset }: { endOffset: number }) => endOffset,
    }).start();
    bench.disk.hanging.add('sync');
    bench.append('a');
    expect(bench.wait().highWatermark).toBe(1);
    bench.powerLoss();
    bench.disk.hanging.clear();
    expect(bench.start().names()).toEqual([]);
  });

  it('writes in one go what queued up behind a write', () => {
    const bench = new Bench().start();
    const marks: number[] = [];
    for (const name of ['a', 'b', 'c', 'd']) bench.append(name);
    for (let step = 0; step < 100; step += 1) {
      bench.world.run(50);
      if (marks.at(-1) !== bench.highWatermark) marks.push(bench.highWatermark);
    }
    expect(marks).toEqual([0, 1, 4]);
  });

  it('cuts a torn tail at any byte, and never half a batch', () => {
    for (const tornBytes of [0, 1, 4, 11, 12, 35, 36, 60, 90]) {
      const bench = new Bench().start();
      bench.append('a');
      bench.wait();
      bench.disk.hanging.add('sync');
      bench.append('b', 'c');
      bench.wait().powerLoss(tornBytes);
      bench.disk.hanging.clear();
      bench.start();
      expect(bench.names()).toEqual(['a']);
      expect(bench.append('d')).toBe(1);
      bench.wait().crash().start();
      expect(bench.names()).toEqual(['a', 'd']);
    }
  });

  it('keeps an unsynced batch that survived after all, and commits it with its own first record', () => {
    const bench = new Bench().start();
    bench.append('a');
    bench.wait();
    bench.disk.hanging.add('sync');
    bench.append('b');
    bench.wait().crash();
    bench.disk.hanging.clear();
    bench.start();
    expect(bench.names()).toEqual(['a', 'b']);
    expect(bench.highWatermark).toBe(0);
    bench.append('c');
    expect(bench.wait().highWatermark).toBe(3);
  });

  it('ends the process rather than forget synced batches behind a rotten one', () => {
    const bench = new Bench().start();
    bench.append('a');
    bench.wait().append('b');
    bench.wait().crash();
    bench.disk.flip(LOG, 40);
    bench.start();
    expect(bench.log).toBeNull();
    expect(bench.halts).toEqual([`${LOG} is corrupt at 0, before its synced end`]);
  });

  it('begins a greater epoch at every start, also where nothing was appended in the last one', () => {
    const bench = new Bench().start();
    const epochs = [bench.leader.leaderEpoch];
    for (let restart = 0; restart < 3; restart += 1)
      epochs.push(bench.powerLoss().start().leader.leaderEpoch);
    expect(epochs).toEqual([1, 2, 3, 4]);
  });

  it.each(['append', 'sync', 'syncDirectory'] as const)('ends the process when %s fails', (operation) => {
    const bench = new Bench().start();
    bench.disk.failing.add(operation);
    bench.append('a');
    bench.wait();
    expect(bench.halts).toHaveLength(1);
    expect(bench.highWatermark).toBe(0);
  });

  it.each(['size', 'read', 'rename'] as const)('does not lead when %s fails at the start', (operation) => {
    const bench = new Bench().start();
    bench.append('a');
    bench.wait().crash();
    bench.disk.failing.add(operation);
    bench.start();
    expect(bench.log).toBeNull();
    expect(bench.halts).toHaveLength(1);
  });

  it('continues a short write', () => {
    const bench = new Bench();
    bench.disk.appendBytesMax = 7;
    bench.start();
    bench.append('a', 'b');
    expect(bench.wait().highWatermark).toBe(2);
    expect(bench.powerLoss().start().names()).toEqual(['a', 'b']);
  });
});

describe('reading it as an observer', () => {
  const written = (): Bench => {
    const bench = new Bench().start();
    bench.append('a', 'b');
    bench.append('c');
    bench.wait().crash().start();
    bench.append('d');
    return bench.wait();
  };

  const read = (bench: Bench, fetchOffset: number, lastFetchedEpoch: number) => {
    const result = bench.leader.read(fetchOffset, lastFetchedEpoch, 100);
    return result.type === 'batches' ? result.batches.map(({ baseOffset }) => baseOffset) : result;
  };

  it('gives the batches from an offset on', () => {
    const bench = written();
    expect(read(bench, 0, 0)).toEqual([0, 2, 3]);
    expect(read(bench, 2, 1)).toEqual([2, 3]);
    expect(read(bench, 3, 1)).toEqual([3]);
    expect(read(bench, 4, 2)).toEqual([]);
    expect(bench.leader.read(0, 0, 1)).toMatchObject({ batches: [{ baseOffset: 0 }] });
  });

  it('gives nothing that is not committed', () => {
    const bench = written();
    bench.append('e');
    expect(read(bench, 4, 2)).toEqual([]);
  });

  it('answers an observer whose log diverges with the last common offset', () => {
    const bench = written();
    expect(read(bench, 4, 1)).toEqual({ type: 'diverging', epoch: 1, endOffset: 3 });
    expect(read(bench, 9, 2)).toEqual({ type: 'diverging', epoch: 2, endOffset: 4 });
    expect(read(bench, 5, 7)).toEqual({ type: 'diverging', epoch: 2, endOffset: 4 });
  });
});
