/** Flips one stored bit of the files below a directory. */
import { randomInt } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Each stored bit is equally likely. Returns false when nothing is stored. */
export function flipBit(directory: string): boolean {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, sizeBytes: statSync(path).size }));
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes === 0) return false;
  let position = randomInt(totalBytes);
  for (const { path, sizeBytes } of files) {
    if (position < sizeBytes) {
      flip(path, position);
      return true;
    }
    position -= sizeBytes;
  }
  return false;
}

function flip(path: string, position: number): void {
  const file = openSync(path, 'r+');
  try {
    const byte = new Uint8Array(1);
    readSync(file, byte, 0, 1, position);
    byte[0] = (byte[0] ?? 0) ^ (1 << randomInt(8));
    writeSync(file, byte, 0, 1, position);
  } finally {
    closeSync(file);
  }
}
