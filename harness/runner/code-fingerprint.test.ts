import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { codeFingerprint, FINGERPRINT_FILE, hashSources } from './code-fingerprint.js';

const scratch = mkdtempSync(join(tmpdir(), 'seismolog-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function checkout(name: string): string {
  const root = join(scratch, name);
  cpSync(fileURLToPath(new URL('../faults', import.meta.url)), join(root, 'harness', 'faults'), {
    recursive: true,
  });
  return root;
}

describe('the code fingerprint', () => {
  it('is the same for the same code, wherever it lies', () => {
    expect(codeFingerprint(checkout('a'))).toBe(codeFingerprint(checkout('b')));
    expect(codeFingerprint(join(scratch, 'a'))).toMatch(/^[0-9a-f]{12}$/);
  });

  it('changes with the code, and not with tests or the command line', () => {
    const root = checkout('c');
    const before = hashSources(root);
    writeFileSync(join(root, 'harness', 'faults', 'more.test.ts'), 'more');
    cpSync(join(root, 'harness', 'faults'), join(root, 'harness', 'cli'), { recursive: true });
    expect(hashSources(root)).toBe(before);
    writeFileSync(join(root, 'harness', 'faults', 'more.ts'), 'more');
    expect(hashSources(root)).not.toBe(before);
  });

  it('is the same compiled as it was from sources', () => {
    const sources = checkout('d');
    const compiled = join(scratch, 'dist');
    cpSync(join(sources, 'harness', 'cli'), compiled, {
      recursive: true,
      force: true,
      errorOnExist: false,
      filter: () => false,
    });
    cpSync(join(sources, 'harness', 'faults', 'fault.ts'), join(compiled, 'harness', 'fault.js'));
    writeFileSync(join(compiled, FINGERPRINT_FILE), JSON.stringify({ sources: hashSources(sources) }));
    expect(codeFingerprint(compiled)).toBe(codeFingerprint(sources));
  });
});
