import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';
import { parseTarget, pickRound } from './target.js';

describe('a target', () => {
  it.each([
    ['b2', { kind: 'name', name: 'b2' }],
    ['client p1', { kind: 'name', name: 'p1' }],
    ['any broker #3', { kind: 'any', group: 'broker', number: 3 }],
    ['leader of orders-0', { kind: 'role-of', role: 'leader', number: null, of: 'orders-0' }],
    ['follower #1 of orders-0', { kind: 'role-of', role: 'follower', number: 1, of: 'orders-0' }],
    ['', null],
    ['two words', null],
    ['any broker', null],
  ])('%j is read as %j', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it('counts round', () => {
    expect(pickRound(['b1', 'b2', 'b3'], 4)).toBe('b2');
    expect(pickRound([], 4)).toBeNull();
  });
});

describe('the nearest name', () => {
  it('is found for a slip, and none for another word', () => {
    expect(nearest('leader-crsh', ['power-loss', 'leader-crash'])).toBe('leader-crash');
    expect(nearest('Leader-Crash', ['power-loss', 'leader-crash'])).toBe('leader-crash');
    expect(nearest('xyz', ['power-loss', 'leader-crash'])).toBeNull();
  });

  it('is none where not a letter of the name would stand', () => {
    expect(nearest('Z9', ['A1', 'D1'])).toBe(null);
    expect(nearest('A9', ['A1', 'D1'])).toBe('A1');
  });
});
