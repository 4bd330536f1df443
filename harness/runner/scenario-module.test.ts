import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { executeRun } from './execute-run.js';
import { hashModuleSources } from './module-sources.js';
import { loadScenarioModule } from './scenario-module.js';
import { OWN_SCENARIOS, TOYS, writeModule } from './testing/own-module.js';

const folder = mkdtempSync(join(tmpdir(), 'seismolog-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Under a name of its own each time: an engine loads an address once. */
function write(source: string, name = `module-${++count}.mjs`): string {
  return writeModule(folder, name, source);
}

describe('a module of scenarios', () => {
  it('gives its list first, then what else it exports, each once', async () => {
    const { scenarios } = await loadScenarioModule(write(OWN_SCENARIOS));
    expect(scenarios.map(({ name }) => name)).toEqual(['hasty-own', 'careful']);
    expect(executeRun(scenarios[1]!, { seed: '1' }).verdict).toBe('valid');
  });

  it.each([
    ['a default export', `${TOYS}export default registerScenario('one', {});`, ['one']],
    ['a default list', `${TOYS}export default [registerScenario('one', {})];`, ['one']],
    [
      'exports by name',
      `${TOYS}export const a = registerScenario('one', {});export const b = safeRegister;`,
      ['one', 'safe-register'],
    ],
    ['a list by another name', `${TOYS}export const all = [registerScenario('one', {})];`, ['one']],
    [
      'what require would give',
      `${TOYS}export default { scenarios: [registerScenario('one', {})] };`,
      ['one'],
    ],
  ])('may have %s', async (_, source, names) => {
    const { scenarios } = await loadScenarioModule(write(source));
    expect(scenarios.map(({ name }) => name)).toEqual(names);
  });

  it('is found by its path, its URL and a link, as the same', async () => {
    const path = write(OWN_SCENARIOS);
    const link = join(folder, 'link.mjs');
    symlinkSync(path, link);
    const first = await loadScenarioModule(path);
    const url = pathToFileURL(path);
    for (const way of [url, url.href, link]) {
      const again = await loadScenarioModule(way);
      expect(again.scenarios).toEqual(first.scenarios);
      expect(again).toMatchObject({ url: first.url, sources: first.sources });
    }
  });
});

describe('a module that cannot be used is refused, with the place', () => {
  const scenario = (change: string) =>
    `${TOYS}export const scenarios = [safeRegister, { ...safeRegister, name: 'b', ${change} }];`;

  it.each([
    ['nothing', '', 'exports nothing; export const scenarios = ['],
    ['something else', 'export const a = 1, b = [];', 'exports no scenario (what it exports: a, b)'],
    ['no list', 'export const scenarios = 3;', 'scenarios: must be a list of scenarios'],
    ['a promise', 'export const scenarios = Promise.resolve([]);', 'scenarios: must be a list of scenarios'],
    ['an empty list', 'export const scenarios = [];', 'exports no scenario'],
    [
      'a list with a hole',
      `${TOYS}export const scenarios = [safeRegister, null];`,
      'scenarios[1]: must be a scenario, not null',
    ],
    [
      'a description',
      "export const mine = { promise: 'p', cluster: {} };",
      'mine: has no build(); scenario(',
    ],
    [
      'twins',
      `${TOYS}export const a = registerScenario('x', {}), b = registerScenario('x', {});`,
      'two scenarios have the name "x"',
    ],
    ['a name with spaces', scenario("name: 'two words'"), 'scenarios[1].name: must be a text without spaces'],
    ['a name like an option', scenario("name: '--bail'"), 'that does not begin with "-", not "--bail"'],
    [
      'no promise',
      scenario("promise: ' '"),
      'scenarios[1].promise: must be a text that is not empty, not " "',
    ],
    [
      'no time',
      scenario('durationMicros: 0.5'),
      'scenarios[1].durationMicros: must be an integer count of virtual microseconds, 1 or more, not 0.5',
    ],
    [
      'a wrong expectation',
      scenario("expect: 'fails'"),
      'scenarios[1].expect: must be "valid" or "invalid", not "fails"',
    ],
    [
      'a misspelt fault',
      scenario("requiredFaults: ['chrash']"),
      'scenarios[1].requiredFaults: must be a list of fault kinds; did you mean "crash"',
    ],
    [
      'no arbitrary',
      scenario('plan: []'),
      'scenarios[1].plan: must be a fast-check arbitrary of fault plans, not []',
    ],
    [
      'a plan of something else',
      scenario("plan: safeRegister.plan.map(() => ({ version: 1, faults: [{ kind: 'flood' }] }))"),
      'scenarios[1].plan: what it draws for seed 1 is no fault plan: faults[0].kind: unknown fault kind "flood"',
    ],
    [
      'a plan that throws',
      scenario("plan: safeRegister.plan.map(() => { throw new Error('no dice') })"),
      'scenarios[1].plan: what it draws for seed 1 is no fault plan: no dice',
    ],
  ])('%s', async (_, source, words) => {
    const path = write(source);
    const refused = loadScenarioModule(path);
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toMatchObject({ name: 'ScenarioModuleError' });
    await expect(refused).rejects.toThrow(path);
  });

  it.each([
    ['no-such.mjs', /^there is no file .*no-such\.mjs$/],
    ['.', /is a directory; a module of scenarios is one file/],
    ['a\0b', /^there is no file/],
    ['https://example.org/scenarios.mjs', /is no file; a module of scenarios is a path or a file: URL$/],
    ['data:text/javascript,export default 1', /is no file/],
    ['file://elsewhere/share.mjs', /(names|is) no file/],
  ])('the address %j', async (address, words) => {
    const place = /^[.\w-]+$/.test(address) ? join(folder, address) : address;
    await expect(loadScenarioModule(place)).rejects.toThrow(words);
  });

  it('one that throws, with the line', async () => {
    await expect(loadScenarioModule(write("\n\nthrow new RangeError('too many');"))).rejects.toThrow(
      /cannot be loaded: RangeError: too many \(.*module-\d+\.mjs:3\)$/,
    );
    await expect(loadScenarioModule(write("throw 'words';"))).rejects.toThrow('cannot be loaded: words');
  });

  it('one that is never loaded', async () => {
    const path = write('await new Promise(() => {});\nexport const scenarios = [];');
    await expect(loadScenarioModule(path, 200)).rejects.toThrow('was not loaded after 0.2 s');
  });

  it('one that has changed meanwhile: the engine would give the old one', async () => {
    const path = write(OWN_SCENARIOS);
    await loadScenarioModule(path);
    writeFileSync(path, `${OWN_SCENARIOS}// changed\n`);
    await expect(loadScenarioModule(path)).rejects.toThrow('has changed since this process loaded it');
  });

  it('one that brings another copy of the package along', async () => {
    const copies = "globalThis[Symbol.for('seismolog.copies')]";
    const path = write(`${TOYS}${copies}.add('file:///elsewhere/');export default safeRegister;`);
    await expect(loadScenarioModule(path)).rejects.toThrow(
      'imports another copy of this package (file:///elsewhere/)',
    );
    (Reflect.get(globalThis, Symbol.for('seismolog.copies')) as Set<string>).delete('file:///elsewhere/');
  });
});

describe('the sources of a module', () => {
  it('are its own and those it imports by relative paths, wherever they lie', () => {
    const hashes = ['here', 'there'].map((name) => {
      const home = join(folder, name, 'scenarios');
      mkdirSync(join(home, 'rules'), { recursive: true });
      writeFileSync(join(folder, name, 'shared.ts'), 'export const x = 1;\r\n');
      writeFileSync(
        join(home, 'rules', 'index.js'),
        "export * from '../mine.mjs'; import '../../shared.js';",
      );
      writeFileSync(
        join(home, 'mine.mjs'),
        "import 'seismolog'; import x from './rules/index.js?a#b'; require('./rules');",
      );
      return hashModuleSources(join(home, 'mine.mjs'));
    });
    expect(hashes[0]).toBe(hashes[1]);
    writeFileSync(join(folder, 'here', 'shared.ts'), 'export const x = 1;\n');
    expect(hashModuleSources(join(folder, 'here', 'scenarios', 'mine.mjs'))).toBe(hashes[0]);
    writeFileSync(join(folder, 'here', 'shared.ts'), 'export const x = 2;\n');
    expect(hashModuleSources(join(folder, 'here', 'scenarios', 'mine.mjs'))).not.toBe(hashes[0]);
  });

  it('do not stumble over imports of what is not there', () => {
    expect(hashModuleSources(write("// import './gone.js'\nimport('./gone.mjs');"))).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });
});

describe('a module that ends the process', () => {
  it('is bad input, whatever it says itself', () => {
    const path = write("console.log('x'); process.exit(0);");
    const loader = new URL('./scenario-module.ts', import.meta.url).href;
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        'tsx',
        '-e',
        `import(${JSON.stringify(loader)}).then((m) => m.loadScenarioModule(${JSON.stringify(path)}))`,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toContain('ended the process while it was being loaded');
    expect(status).toBe(64);
  });
});
