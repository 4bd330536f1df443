import { describe, expect, it } from 'vitest';
import { decodeMetadataBatches, type MetadataBatch } from '../protocol/metadata-log-batch.js';
import { type MetadataRecord, metadataRecord } from '../protocol/metadata-records.js';
import { type ControllerRules, controllerRules } from '../rules/controller/index.js';
import { MemoryDisk } from '../testing/memory-disk.js';
import { uuidNamed } from '../testing/metadata-fetch.js';
import { TestProcess } from '../testing/test-process.js';
import { TinyWorld } from '../testing/tiny-world.js';
import type { QuorumLog } from './quorum-log.js';
import { SoleVoter } from './sole-voter.js';

const DIRECTORY = 'kafka-logs/__cluster_metadata-0';
const LOG = `${DIRECTORY}/00000000000000000000.log`;

const topic = (name: string): MetadataRecord =>
  metadataRecord('TopicRecord', { name, topicId: uuidNamed(name) });

const shown = ({ baseOffset, records }: MetadataBatch): string =>
  `${baseOffset}: ${records.map((record) => (record.type === 'TopicRecord' ? record.name : record.type)).join()}`;

class Bench {
  readonly rules: Partial<ControllerRules>;
  readonly world = new TinyWorld();
  readonly disk = new MemoryDisk();
  log: QuorumLog | null = null;
  loaded: readonly MetadataBatch[] = [];
  knownCommittedOffset = -1;
  highWatermark = 0;
  segmentBytesMax = 1_000_000;
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
      logDirectory: 'kafka-logs',
      segmentBytesMax: this.segmentBytesMax,
      rules: { ...controllerRules, ...this.rules },
      observer: null,
      listener: {
        onLeader: (log, batches, knownCommittedOffset) => {
          this.log = log;
          this.knownCommittedOffset = knownCommittedOffset;
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
      records.flatMap((record) => (record.type === 'TopicRecord' ? [record.name] : [])),
    );
  }

  /** The batches of the segments, each as `<base offset>: <its records>`. */
  stored(): readonly string[] {
    const files = [...this.disk.files.keys()].filter((path) => path.endsWith('.log')).sort();
    return files.flatMap((path) => {
      const batches = decodeMetadataBatches(this.disk.content(path));
      return batches instanceof Error ? [batches.message] : batches.map(shown);
    });
  }
}

describe('the metadata log of a sole voter', () => {
  it('commits a batch when it is on disk, not when it is appended', () => {
    const bench = new Bench().start();
    expect(bench.append('a', 'b')).toBe(1);
    expect(bench.append('c')).toBe(3);
    const { leaderEpoch, endOffset } = bench.leader;
    expect(bench.leader.append(leaderEpoch - 1, [topic('late')])).toBeNull();
    expect(bench.leader.endOffset).toBe(endOffset);
    expect(bench.leader.endOffset).toBe(4);
    expect(bench.highWatermark).toBe(1);
    expect(bench.wait().highWatermark).toBe(4);
    expect(bench.stored()).toEqual(['0: LeaderChangeMessage', '1: a,b', '3: c']);
  });

  it('has every committed batch after a power loss, the first one with its directory entry', () => {
    const bench = new Bench().start();
    bench.append('a', 'b');
    bench.wait().append('c');
    bench.wait().powerLoss().start();
    expect(bench.names()).toEqual(['a', 'b', 'c']);
    expect(bench.leader.endOffset).toBe(5);
  });

  it('commits nothing while a sync hangs', () => {
    const bench = new Bench().start();
    bench.disk.hanging.add('sync');
    bench.append('a');
    expect(bench.wait().highWatermark).toBe(1);
  });

  it('asks its rules: one that commits what is merely appended loses it in a power loss', () => {
    const bench = new Bench({
      metadataHighWatermark: ({ endOffset }: { endOffset: number }) => endOffset,
    }).start();
    bench.disk.hanging.add('sync');
    bench.append('a');
    bench.append('b');
    expect(bench.wait().highWatermark).toBe(3);
    const read = bench.leader.read(1, 1, 1_000);
    expect(read.type === 'records' ? decodeMetadataBatches(read.records) : read).toHaveLength(2);
    bench.powerLoss();
    bench.disk.hanging.clear();
    expect(bench.start().names()).toEqual([]);
  });

  it('writes in one batch what was appended during a write', () => {
    const bench = new Bench().start();
    const marks: number[] = [];
    for (const name of ['a', 'b', 'c', 'd']) bench.append(name);
    for (let step = 0; step < 100; step += 1) {
      bench.world.run(50);
      if (marks.at(-1) !== bench.highWatermark) marks.push(bench.highWatermark);
    }
    expect(marks).toEqual([1, 2, 5]);
    expect(bench.stored()).toEqual(['0: LeaderChangeMessage', '1: a', '2: b,c,d']);
  });

  it('cuts a torn tail at any byte, and never half a batch', () => {
    for (const tornBytes of [0, 1, 8, 12, 16, 17, 60, 61, 62, 100]) {
      const bench = new Bench().start();
      bench.append('a');
      bench.wait();
      bench.disk.hanging.add('sync');
      bench.append('b', 'c');
      bench.wait().powerLoss(tornBytes);
      bench.disk.hanging.clear();
      bench.start();
      expect(bench.names()).toEqual(['a']);
      expect(bench.append('d')).toBe(3);
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
    bench.disk.hanging.add('append');
    bench.start();
    expect(bench.names()).toEqual(['a', 'b']);
    expect(bench.highWatermark).toBe(0);
    bench.crash();
    bench.disk.hanging.clear();
    expect(bench.start().highWatermark).toBe(4);
  });

  it('syncs what it recovered before it writes anything behind it', () => {
    const bench = new Bench().start();
    bench.disk.hanging.add('sync');
    bench.append('a');
    bench.wait().crash();
    bench.disk.hanging.clear();
    bench.disk.recording = true;
    bench.disk.operations.length = 0;
    bench.start();
    const ofLog = bench.disk.operations.filter((operation) => operation.endsWith(LOG));
    expect(ofLog).toEqual([`size ${LOG}`, `read ${LOG}`, `sync ${LOG}`, `append ${LOG}`, `sync ${LOG}`]);
  });

  it('ends the process rather than forget synced batches behind a rotten one', () => {
    const start = new Bench().start().disk.content(LOG).length;
    for (let position = 0; position < 61; position += 1) {
      const bench = new Bench().start();
      bench.append('a');
      bench.wait().append('b');
      bench.wait().crash();
      bench.disk.flip(LOG, position);
      bench.start();
      expect(bench.log).toBeNull();
      // An epoch that is too large shows only in the next batch.
      const damagedAt = position >= 12 && position < 15 ? start : 0;
      expect(bench.halts).toEqual([`${LOG} is corrupt at ${damagedAt}, before an intact batch`]);
    }
  });

  it('ends the process when the offset or the epoch of an intact batch is not the one that must follow', () => {
    const start = new Bench().start().disk.content(LOG).length;
    for (const position of [start + 7, start + 15]) {
      const bench = new Bench().start();
      bench.append('a');
      bench.wait().crash();
      bench.disk.flip(LOG, position);
      bench.start();
      expect(bench.halts).toEqual([`${LOG} is corrupt at ${start}, before an intact batch`]);
    }
  });

  it('begins a new segment where the old one would become too large, and recovers all of them', () => {
    const bench = new Bench();
    bench.segmentBytesMax = 200;
    bench.start();
    for (const name of ['a', 'b', 'c', 'd']) {
      bench.append(name);
      bench.wait();
    }
    const segments = [...bench.disk.files.keys()].filter((path) => path.endsWith('.log'));
    expect(segments).toEqual([
      LOG,
      `${DIRECTORY}/00000000000000000002.log`,
      `${DIRECTORY}/00000000000000000004.log`,
    ]);
    bench.powerLoss().start();
    expect(bench.names()).toEqual(['a', 'b', 'c', 'd']);
    bench.crash().disk.flip(LOG, 100);
    expect(bench.start().halts).toEqual([
      expect.stringMatching(/log is corrupt at \d+, before an intact batch$/),
    ]);
  });

  it('cuts a torn tail together with an empty segment behind it', () => {
    const bench = new Bench();
    bench.segmentBytesMax = 200;
    bench.start();
    bench.append('a');
    bench.wait();
    bench.disk.hanging.add('sync');
    bench.append('b');
    bench.wait().crash();
    bench.disk.hanging.clear();
    const [second] = [...bench.disk.files.keys()].filter((path) => path.endsWith('2.log'));
    expect(second).toBe(`${DIRECTORY}/00000000000000000002.log`);
    bench.disk.flip(second!, 70);
    expect(bench.start().names()).toEqual(['a']);
  });

  it('knows what an earlier process had reported as committed, and never more', () => {
    const bench = new Bench().start();
    bench.append('a');
    bench.wait().append('b');
    bench.wait().crash().start();
    // The process that wrote b had committed a. Nothing proves that it had committed b.
    expect(bench.knownCommittedOffset).toBe(2);
    bench.crash().start();
    expect(bench.knownCommittedOffset).toBe(2);
  });

  it('keeps quorum-state as Kafka does', () => {
    const bench = new Bench().start();
    bench.powerLoss().start();
    const text = new TextDecoder().decode(bench.disk.content(`${DIRECTORY}/quorum-state`));
    expect(text).toBe(
      '{"clusterId":"","leaderId":1,"leaderEpoch":2,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}',
    );
  });

  it.each(['{', '[]', '{"data_version":1}', '{"leaderId":1,"leaderEpoch":-1,"votedId":-1,"data_version":0}'])(
    'does not lead when quorum-state is %s',
    (text) => {
      const bench = new Bench().start();
      const file = bench.disk.files.get(`${DIRECTORY}/quorum-state`);
      if (file !== undefined) file.bytes = new TextEncoder().encode(text);
      bench.crash().start();
      expect(bench.halts).toEqual([`${DIRECTORY}/quorum-state is not a quorum state`]);
    },
  );

  it('begins a greater epoch at every start, also where nothing was appended in the last one', () => {
    const bench = new Bench().start();
    const epochs = [bench.leader.leaderEpoch];
    for (let restart = 0; restart < 3; restart += 1)
      epochs.push(bench.powerLoss().start().leader.leaderEpoch);
    expect(epochs).toEqual([1, 2, 3, 4]);
  });

  it.each(['append', 'sync'] as const)('ends the process when %s fails', (operation) => {
    const bench = new Bench().start();
    bench.disk.failing.add(operation);
    bench.append('a');
    bench.wait();
    expect(bench.halts).toHaveLength(1);
    expect(bench.highWatermark).toBe(1);
  });

  it('ends the process when the directory of a new segment cannot be synced', () => {
    const bench = new Bench();
    bench.segmentBytesMax = 1;
    bench.start();
    bench.disk.failing.add('syncDirectory');
    bench.append('a');
    bench.wait();
    expect(bench.halts).toHaveLength(1);
    expect(bench.highWatermark).toBe(1);
  });

  it.each(['size', 'read', 'rename', 'list', 'sync'] as const)(
    'does not lead when %s fails at the start',
    (operation) => {
      const bench = new Bench().start();
      bench.append('a');
      bench.wait().crash();
      bench.disk.failing.add(operation);
      bench.start();
      expect(bench.log).toBeNull();
      expect(bench.halts).toHaveLength(1);
    },
  );

  it('continues a short write', () => {
    const bench = new Bench();
    bench.disk.appendBytesMax = 7;
    bench.start();
    bench.append('a', 'b');
    expect(bench.wait().highWatermark).toBe(3);
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

  const read = (bench: Bench, fetchOffset: number, lastFetchedEpoch: number, bytesMax = 10_000) => {
    const result = bench.leader.read(fetchOffset, lastFetchedEpoch, bytesMax);
    if (result.type === 'diverging') return result;
    const batches = decodeMetadataBatches(result.records);
    return batches instanceof Error ? batches : batches.map(shown);
  };

  const all = ['0: LeaderChangeMessage', '1: a,b', '3: c', '4: LeaderChangeMessage', '5: d'];

  it('gives the batches from an offset on', () => {
    const bench = written();
    expect(read(bench, 0, 0)).toEqual(all);
    expect(read(bench, 1, 1)).toEqual(all.slice(1));
    expect(read(bench, 2, 1)).toEqual(all.slice(1));
    expect(read(bench, 3, 1)).toEqual(all.slice(2));
    expect(read(bench, 5, 2)).toEqual(all.slice(4));
    expect(read(bench, 6, 2)).toEqual([]);
  });

  it('gives as many whole batches as fit, and one at least', () => {
    const bench = written();
    const first = bench.leader.read(0, 0, 1);
    const size = first.type === 'records' ? first.records.length : 0;
    expect(read(bench, 0, 0, 1)).toEqual(all.slice(0, 1));
    expect(read(bench, 3, 1, 2 * size)).toEqual(all.slice(2, 4));
  });

  it('gives nothing that is not committed', () => {
    const bench = written();
    bench.append('e');
    expect(read(bench, 6, 2)).toEqual([]);
    expect(read(bench, 5, 2)).toEqual(all.slice(4));
  });

  it('gives views that never change, and copies no batch', () => {
    const bench = written();
    const early = bench.leader.read(0, 0, 10_000);
    const before = early.type === 'records' ? [...early.records] : [];
    for (let index = 0; index < 100; index += 1) bench.append(`topic ${index}`);
    bench.wait();
    expect(early.type === 'records' ? [...early.records] : []).toEqual(before);
    const [one, other] = [bench.leader.read(6, 2, 10_000), bench.leader.read(6, 2, 10_000)];
    if (one.type === 'records' && other.type === 'records')
      expect(one.records.buffer).toBe(other.records.buffer);
  });

  it('answers an observer whose log diverges with the last common offset', () => {
    const bench = written();
    expect(read(bench, 5, 1)).toEqual({ type: 'diverging', epoch: 1, endOffset: 4 });
    expect(read(bench, 9, 2)).toEqual({ type: 'diverging', epoch: 2, endOffset: 6 });
    expect(read(bench, 5, 7)).toEqual({ type: 'diverging', epoch: 2, endOffset: 6 });
  });
});
