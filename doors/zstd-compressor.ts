/**
 * Zstandard compression in Node: libzstd 1.5 as WebAssembly (@bokuweb/zstd-wasm). The package starts it through a promise. It is started
 * here at the first use, in the call, because a broker compresses in the middle of an append.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compress } from '@bokuweb/zstd-wasm';

let isStarted = false;

/** `level`: −131072 (fastest) to 22 (smallest). */
export function compressZstd(bytes: Uint8Array, level: number): Uint8Array {
  if (!isStarted) start();
  return compress(bytes, level);
}

/** The package exports neither its glue code nor the WebAssembly, so both are found beside its entry. */
function start(): void {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@bokuweb/zstd-wasm'));
  const glue: Glue = require(join(folder, 'module.js'));
  const path = join(folder, 'zstd.wasm');
  glue.Module.instantiateWasm = (imports, receive) => {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), imports);
    receive(instance);
    return instance.exports;
  };
  glue.Module.init(path);
  isStarted = true;
}

interface Glue {
  readonly Module: {
    instantiateWasm?: (imports: object, receive: (instance: Instance) => void) => object;
    init(path: string): void;
  };
}

interface Instance {
  readonly exports: object;
}

/** The types of Node and of the language leave it out; those of a page would bring all of the page. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => Instance;
};
