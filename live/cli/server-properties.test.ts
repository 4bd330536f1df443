import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readServerProperties } from './server-properties.js';

const directory = mkdtempSync(join(tmpdir(), 'seismolog-properties-'));
afterAll(() => rmSync(directory, { recursive: true }));

function written(...lines: readonly string[]): string {
  const path = join(directory, 'server.properties');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('server.properties', () => {
  it('gives the keys that act, and says a word about each that does not', () => {
    const path = written(
      '# comment',
      'min.insync.replicas=2',
      'num.network.threads=3',
      'zookeeper.connect=zk:2181',
    );
    const { properties, remarks } = readServerProperties(path);
    expect(properties).toEqual({ 'min.insync.replicas': '2' });
    expect(remarks).toHaveLength(2);
    expect(remarks.join('\n')).toContain(`${path}:3 num.network.threads`);
    expect(remarks.join('\n')).toContain(`${path}:4 zookeeper.connect`);
  });

  it('gives the keys of listeners, which act on real sockets', () => {
    const path = written('listeners=SSL://127.0.0.1:9093', 'ssl.keystore.type=PEM', 'num.io.threads=8');
    const { properties, remarks } = readServerProperties(path);
    expect(properties).toEqual({ listeners: 'SSL://127.0.0.1:9093', 'ssl.keystore.type': 'PEM' });
    expect(remarks).toHaveLength(1);
  });

  it('is refused with the reason where a value is illegal, and where there is no file', () => {
    expect(() => readServerProperties(written('min.insync.replicas=none'))).toThrow('min.insync.replicas');
    expect(() => readServerProperties(join(directory, 'absent'))).toThrow('cannot read');
  });
});
