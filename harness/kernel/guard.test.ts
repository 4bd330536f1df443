import { execSync } from 'node:child_process';
import { randomUUID, webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { outsideSimulation, RealWorldCall } from './guard.js';
import { Simulation } from './simulation.js';

/** The error that `call` meets inside a simulation. */
function refusalOf(call: () => unknown): unknown {
  const simulation = new Simulation({ seed: 'guard' });
  let caught: unknown = null;
  simulation.schedule(0, () => {
    try {
      call();
    } catch (error) {
      caught = error;
    }
  });
  simulation.runUntil(0);
  return caught;
}

const forbidden: Readonly<Record<string, () => unknown>> = {
  'Date.now': () => Date.now(),
  'new Date()': () => new Date(),
  'Date()': () => Date(),
  'performance.now': () => performance.now(),
  'Math.random': () => Math.random(),
  'crypto.randomUUID': () => randomUUID(),
  'crypto.getRandomValues': () => webcrypto.getRandomValues(new Uint8Array(1)),
  setTimeout: () => setTimeout(() => undefined, 0),
  setInterval: () => setInterval(() => undefined, 1),
  setImmediate: () => setImmediate(() => undefined),
  queueMicrotask: () => queueMicrotask(() => undefined),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  'fs.readFileSync': () => readFileSync('package.json'),
  'fs.existsSync': () => existsSync('package.json'),
  'fs/promises.readFile': () => readFile('package.json'),
  'net.connect': () => connect(1),
  'child_process.execSync': () => execSync('true'),
};

describe('the guard', () => {
  // The wrappers come with the first simulation.
  new Simulation({ seed: 'guard' });

  it.each(Object.entries(forbidden))(
    'refuses %s inside a simulation, with the stack that asked',
    (name, call) => {
      const refusal = refusalOf(call);
      expect(refusal).toBeInstanceOf(RealWorldCall);
      expect((refusal as RealWorldCall).message).toContain(`${name} was called inside a simulation`);
      expect((refusal as RealWorldCall).stack).toContain('guard.test.ts');
    },
  );

  it('stops the run of a program that does not catch it', () => {
    const simulation = new Simulation({ seed: 'guard' });
    simulation.schedule(5, () => Math.random());
    expect(() => simulation.runUntil(10)).toThrow(RealWorldCall);
    expect(Number.isFinite(Math.random())).toBe(true);
  });

  it('lets everything through outside', () => {
    expect(Date.now()).toBeGreaterThan(1_700_000_000_000);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date().constructor).toBe(Date);
    expect(readFileSync('package.json', 'utf8')).toContain('seismolog');
    expect(performance.now()).toBeGreaterThan(0);
  });

  it('lets pure uses of Date through inside', () => {
    expect(refusalOf(() => new Date(0).toISOString())).toBeNull();
    expect(refusalOf(() => Date.UTC(2026, 0))).toBeNull();
  });

  it('lets Node write what the console prints', () => {
    expect(refusalOf(() => console.log('printed inside a simulation'))).toBeNull();
  });

  it('stays armed when a simulation runs inside another', () => {
    expect(
      refusalOf(() => {
        new Simulation({ seed: 'inner' }).runUntil(1);
        return Math.random();
      }),
    ).toBeInstanceOf(RealWorldCall);
  });

  it('can be left for a moment by an onlooker', () => {
    expect(refusalOf(() => outsideSimulation(() => Math.random()))).toBeNull();
    expect(refusalOf(() => outsideSimulation(() => 1) + Math.random())).toBeInstanceOf(RealWorldCall);
  });
});
