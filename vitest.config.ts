import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { seismolog: fileURLToPath(new URL('./index.ts', import.meta.url)) } },
  test: {
    include: ['**/*.test.ts', 'examples/audit/*.test.mjs'],
    exclude: ['node_modules/**', 'dist/**', 'runs/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
