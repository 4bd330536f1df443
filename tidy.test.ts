/**
 * The house rules as a test: who may import whom, what is never called, how long a file and a function may be.
 * Exceptions are listed by name and may only shrink.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = dirname(fileURLToPath(import.meta.url));
const FOLDERS = [
  'harness',
  'broker',
  'doors',
  'live',
  'scenarios',
  'reports',
  'bench',
  'examples',
  'conformance',
];
const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly isTest: boolean;
}

function sourcesIn(folder: string): SourceFile[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return sourcesIn(path);
      if (!name.endsWith('.ts')) return [];
      const text = readFileSync(path, 'utf8');
      const shown = relative(ROOT, path).split('\\').join('/');
      const isTest = name.endsWith('.test.ts') || shown.includes('/testing/');
      return [{ path: shown, text, lines: text.split('\n'), isTest }];
    });
}

const sources: readonly SourceFile[] = [
  ...FOLDERS.flatMap((folder) => sourcesIn(join(ROOT, folder))),
  ...['api.ts', 'cli.ts', 'composition.ts', 'index.ts'].map((name) => {
    const text = readFileSync(join(ROOT, name), 'utf8');
    return { path: name, text, lines: text.split('\n'), isTest: false };
  }),
];

interface Import {
  readonly from: string;
  readonly to: string;
  /** A file of ours, not a package. */
  readonly inHouse: boolean;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm;

function importsOf(file: SourceFile): Import[] {
  return [...file.text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3]!;
    const inHouse = target.startsWith('.');
    const to = inHouse
      ? normalize(join(dirname(file.path), target))
          .split('\\')
          .join('/')
      : target;
    return { from: file.path, to, inHouse, typeOnly: match[1] !== undefined };
  });
}

const topOf = (path: string): string => path.split('/')[0]!;
const roomOf = (path: string): string => path.split('/')[1]!.replace(/\.[jt]s$/, '');

/** What each top folder may import besides itself. */
const NEIGHBOURS: Readonly<Record<string, readonly string[]>> = {
  harness: [],
  broker: [],
  doors: ['broker'],
  live: ['broker', 'doors', 'harness', 'scenarios'],
  scenarios: ['harness', 'broker'],
  reports: [],
  conformance: ['live', 'broker', 'harness'],
};

/** Inside a folder, each room imports only what stands to its left. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  harness: ['env', 'kernel', 'world', 'guests', 'faults', 'history', 'checkers', 'runner', 'api', 'cli'],
  broker: [
    'env',
    'observer',
    'config',
    'protocol',
    'rules',
    'log',
    'raft',
    'metadata',
    'coordination',
    'controller',
    'replication',
    'groups',
    'server',
  ],
  scenarios: ['invariants', 'cluster', 'workloads', 'judgement', 'experiment', 'audit'],
};

/** Where the harness may name Kafka, and why. The list may only shrink. */
const KAFKA_IN_HARNESS: readonly { readonly path: string; readonly why: string }[] = [
  { path: 'harness/checkers/queue/', why: "the anomalies are those of Jepsen's Kafka workload (kafka.clj)" },
  { path: 'harness/history/operation.ts', why: 'the shapes of a history are those of the same workload' },
  { path: 'harness/history/history-tape.ts', why: 'the shapes of a history are those of the same workload' },
  { path: 'harness/cli/', why: 'help texts are the words of the whole product' },
  { path: 'harness/faults/target.ts', why: '`brokers` is a group that targets of stored plans name' },
  { path: 'harness/faults/plan.ts', why: 'an error message shows such a target' },
  { path: 'harness/faults/fault.ts', why: 'comments show such targets' },
  { path: 'harness/faults/arbitrary.ts', why: 'comments show such targets' },
  { path: 'harness/faults/fault-account.ts', why: 'a comment shows such a target' },
  { path: 'harness/runner/experiment.ts', why: 'the experiment must know the group `brokers`' },
  { path: 'harness/runner/code-fingerprint.ts', why: 'the fingerprint is taken over the folder `broker/`' },
];

describe('the house', () => {
  const imports = sources.filter((file) => !file.isTest).flatMap(importsOf);

  it('imports run one way between the four folders', () => {
    const wrong = imports.filter((each) => {
      const neighbours = NEIGHBOURS[topOf(each.from)];
      if (neighbours === undefined || !each.inHouse) return false;
      const top = topOf(each.to);
      if (top === topOf(each.from) || neighbours.includes(top)) return false;
      // A worker thread is a program of its own, and gives its broker what composition.ts gives the main thread's.
      if (each.from === 'scenarios/campaign-worker.ts' && top === 'doors') return false;
      return !(topOf(each.from) === 'reports' && top === 'harness' && each.typeOnly);
    });
    expect(wrong.map((each) => `${each.from} -> ${each.to}`)).toEqual([]);
  });

  it('inside a folder a room imports only what stands to its left', () => {
    const wrong = imports.filter((each) => {
      const rooms = ROOMS[topOf(each.from)];
      if (rooms === undefined || !each.inHouse || topOf(each.from) !== topOf(each.to)) return false;
      // A scenario itself, `scenarios/acks.ts` say, and the museum import every room of their folder.
      if (topOf(each.from) === 'scenarios' && !rooms.includes(roomOf(each.from))) return false;
      const [from, to] = [roomOf(each.from), roomOf(each.to)];
      if (topOf(each.from) === 'broker' && from === 'clients')
        return !['clients', 'protocol', 'config', 'env'].includes(to);
      return rooms.indexOf(to) < 0 || rooms.indexOf(to) > rooms.indexOf(from);
    });
    expect(wrong.map((each) => `${each.from} -> ${each.to}`)).toEqual([]);
  });

  it('only the composition root and the public face import everything', () => {
    const wide = sources.filter((file) => {
      const tops = new Set(
        importsOf(file)
          .filter((each) => each.inHouse)
          .map((each) => topOf(each.to)),
      );
      return ['harness', 'broker', 'scenarios', 'reports'].filter((top) => tops.has(top)).length > 3;
    });
    for (const file of wide) expect(['composition.ts', 'index.ts']).toContain(file.path);
  });

  it('the doors of real machines know the types of the ports of the broker, and nothing else', () => {
    const wrong = imports.filter(
      (each) =>
        topOf(each.from) === 'doors' &&
        each.inHouse &&
        topOf(each.to) !== 'doors' &&
        !(each.to === 'broker/env.js' && each.typeOnly),
    );
    expect(wrong.map((each) => `${each.from} -> ${each.to}`)).toEqual([]);
  });

  it('the harness knows nothing about Kafka', () => {
    const words =
      /kafka|\bISR\b|\backs\b|\bKIP-|\bbrokers?\b|leader ?epoch|high ?watermark|in-sync|partitionEpoch|brokerEpoch/i;
    const wrong = sources
      .filter((file) => file.path.startsWith('harness/') && !file.isTest)
      .filter((file) => !KAFKA_IN_HARNESS.some(({ path }) => file.path.startsWith(path)))
      .flatMap((file) =>
        file.lines.flatMap((line, index) =>
          words.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [],
        ),
      );
    expect(wrong).toEqual([]);
  });

  it('each file that may name Kafka in the harness still does', () => {
    const idle = KAFKA_IN_HARNESS.filter(
      ({ path }) =>
        !sources.some(
          (file) => file.path.startsWith(path) && /kafka|broker/i.test(file.text) && !file.isTest,
        ),
    );
    expect(idle).toEqual([]);
  });

  it('the conformance suite sees the wire: the protocol, the ports and the keys of the configuration, and the checkers', () => {
    const seen = /^(live\/|broker\/(protocol\/|env\.js$|config\/)|harness\/checkers\/|conformance\/)/;
    const wrong = imports.filter(
      (each) => topOf(each.from) === 'conformance' && each.inHouse && !seen.test(each.to),
    );
    expect(wrong.map((each) => `${each.from} -> ${each.to}`)).toEqual([]);
  });

  it('test support is imported by tests alone', () => {
    const wrong = imports.filter((each) => each.to.includes('/testing/'));
    expect(wrong.map((each) => `${each.from} -> ${each.to}`)).toEqual([]);
  });
});

describe('simulated code', () => {
  const simulated = sources.filter(
    (file) => !file.isTest && /^(harness\/(kernel|world)|broker)\//.test(file.path) && !isOutside(file.path),
  );

  /** The guard that shuts the doors to the real world. */
  function isOutside(path: string): boolean {
    return path.startsWith('harness/kernel/guard');
  }

  it('asks neither the wall clock nor chance nor real timers', () => {
    const banned =
      /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|performance\.now|process\.nextTick)\b/;
    expect(hits(simulated, banned)).toEqual([]);
  });

  it('calculates with nothing that engines may round differently', () => {
    expect(hits(simulated, /\bMath\.(log|log2|log10|pow|exp|sin|cos|tan|sqrt|cbrt|hypot)\b/)).toEqual([]);
  });

  it('imports no module of Node itself', () => {
    const wrong = simulated.flatMap(importsOf).filter((each) => each.to.startsWith('node:'));
    expect(wrong.map((each) => `${each.from} -> ${each.to}`)).toEqual([]);
  });

  it('is synchronous but for the faces that the clients show to people', () => {
    const faces = ['broker/clients/promise-producer.ts', 'broker/clients/promise-consumer.ts'];
    const sansIo = simulated.filter((file) => !faces.includes(file.path));
    expect(hits(sansIo, /\basync\b|\bawait\b|\bPromise\b|\.then\(/)).toEqual([]);
  });
});

describe('every source file', () => {
  it(`is at most ${FILE_LINES_MAX} lines long`, () => {
    const long = sources.filter((file) => file.lines.length > FILE_LINES_MAX + 1);
    expect(long.map((file) => `${file.path}: ${file.lines.length} lines`)).toEqual([]);
  });

  it(`has functions of at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long = sources.filter((file) => !file.isTest).flatMap(longFunctions);
    expect(long).toEqual([]);
  });

  it('is named in kebab-case, after what it holds', () => {
    const wrong = sources.filter((file) => {
      const name = file.path.split('/').pop()!;
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|generated))?\.ts$/.test(name) ||
        /^(utils?|helpers?|common|manager|misc)\.ts$/.test(name)
      );
    });
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('has no default export, no enum and no swallowed error', () => {
    expect(
      hits(sources, /^export default|^\s*(export )?(const )?enum |catch\s*(\([^)]*\))?\s*\{\s*\}/),
    ).toEqual([]);
  });
});

function hits(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    file.lines.flatMap((line, index) => {
      const code = line
        .replace(/\/\/.*$/, '')
        .replace(/^\s*\*.*$/, '')
        .replace(/^\s*\/\*.*$/, '');
      return pattern.test(code.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "''"))
        ? [`${file.path}:${index + 1}: ${line.trim()}`]
        : [];
    }),
  );
}

/** Keywords that stand before a parenthesis and a brace without being a function. */
const NO_FUNCTION = /^(if|for|while|switch|catch|with|return|else|do|try|await|new)$/;
const NAMED =
  /^\s*(?:(?:export|static|override|get|set|private|protected|async) )*(?:function\*? )?\*?([#\w]+)(?:<.*>)?\(/;

/**
 * The formatter decides where lines break, and that is all this needs: a body opens with the brace that ends a line, and closes
 * with the first brace at the indentation of the line on which the function began.
 */
function longFunctions(file: SourceFile): string[] {
  return file.lines.flatMap((line, start) => {
    const open = bodyStart(file.lines, start);
    if (open === null) return [];
    const indent = indentOf(line);
    const end = file.lines.findIndex((each, at) => at > open && each.startsWith(`${indent}}`));
    const length = end - start + 1;
    return length > FUNCTION_LINES_MAX ? [`${file.path}:${start + 1}: ${length} lines: ${line.trim()}`] : [];
  });
}

/** The line on which the body of the function that begins on line `start` opens; null when none begins there. */
function bodyStart(lines: readonly string[], start: number): number | null {
  const line = lines[start]!;
  if (line.endsWith('=> {')) return start;
  const name = NAMED.exec(line)?.[1];
  if (name === undefined || NO_FUNCTION.test(name)) return null;
  if (line.endsWith('{')) return start;
  if (!line.endsWith('(')) return null;
  const indent = indentOf(line);
  const close = lines.findIndex((each, at) => at > start && each.startsWith(`${indent})`));
  return close > 0 && lines[close]!.endsWith('{') ? close : null;
}

function indentOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}
