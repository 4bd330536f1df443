import crc32 from 'crc-32';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyOf, crash, cut, delay, swarm } from '../faults/arbitrary.js';
import { UNLIMITED_BUDGET } from '../faults/budget.js';
import { decodeReplayToken, encodeReplayToken, ReplayTokenError } from './replay-token.js';

const plans = swarm([crash(anyOf('broker')), cut('b1', 'b2'), delay('leader of orders-0', 'brokers')], {
  durationMicros: 30_000_000,
  budget: UNLIMITED_BUDGET,
});

const limits = fc.record(
  {
    durationMicros: fc.nat(),
    operationsMax: fc.option(fc.nat()),
    without: fc.array(fc.string()),
    wire: fc.constant('bytes' as const),
  },
  { requiredKeys: ['durationMicros', 'operationsMax', 'without'] },
);

const replays = fc.record({
  scenario: fc.string(),
  seed: fc.string({ unit: 'grapheme' }),
  fingerprint: fc.string(),
  limits: fc.option(limits),
  plan: fc.option(plans),
  digest: fc.option(fc.string()),
});

const plain = {
  scenario: 'leader-crash',
  seed: '17',
  fingerprint: 'a1b2c3d4e5f6',
  limits: null,
  plan: null,
  digest: null,
};

function errorOf(token: string): string {
  try {
    decodeReplayToken(token);
  } catch (error) {
    if (error instanceof ReplayTokenError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('a replay token', () => {
  it('gives back whatever was put in', () => {
    fc.assert(
      fc.property(replays, (replay) => {
        expect(decodeReplayToken(encodeReplayToken(replay))).toEqual(replay);
      }),
    );
  });

  it('keeps the arguments of an action, and an action without them as it was before there were any', () => {
    const action = { kind: 'action', atMicros: 5, target: 'orders-0', name: 'preferred-election' } as const;
    const withArguments = {
      ...action,
      args: { count: 4, replicas: [1, 2], config: { 'retention.ms': '1' } },
    };
    for (const fault of [action, withArguments]) {
      const replay = { ...plain, plan: { version: 1, faults: [fault] } } as const;
      expect(decodeReplayToken(encodeReplayToken(replay))).toStrictEqual(replay);
    }
    const token = encodeReplayToken({ ...plain, plan: { version: 1, faults: [action] } });
    const payload: unknown = JSON.parse(Buffer.from(token.slice(4, -6), 'base64url').toString('utf8'));
    expect(payload).toHaveProperty('4.0', ['action', 5, 'orders-0', 'preferred-election']);
  });

  it('of a later release with fields that are unknown here is refused, not cut', () => {
    const fault = { kind: 'crash', atMicros: 5, target: 'b1', durationMicros: 7 } as const;
    const token = encodeReplayToken({ ...plain, plan: { version: 1, faults: [fault] } });
    const payload = Buffer.from(token.slice(4, -6), 'base64url')
      .toString('utf8')
      .replace('"b1",7]', '"b1",7,8]');
    const body = `sl1-${Buffer.from(payload, 'utf8').toString('base64url')}`;
    const checksum = Buffer.alloc(4);
    checksum.writeInt32BE(crc32.str(body));
    expect(errorOf(body + checksum.toString('base64url'))).toBe(
      'faults[0] in the token has 4 fields, and crash has 3 here; the token was made by a later release',
    );
  });

  it('is one word that needs no quotes in a shell or a URL', () => {
    fc.assert(
      fc.property(replays, (replay) => {
        expect(encodeReplayToken(replay)).toMatch(/^sl1-[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it('stays readable: this one was made by the first release', () => {
    const token = 'sl1-WyJsZWFkZXItY3Jhc2giLCIxNyIsImExYjJjM2Q0ZTVmNiIsMCwwXQkagEGg';
    expect(encodeReplayToken(plain)).toBe(token);
    expect(decodeReplayToken(`  ${token}\n`)).toEqual(plain);
  });

  it('notices any single character that was changed, left out or added', () => {
    const token = encodeReplayToken(plain);
    const wrong = fc.tuple(
      fc.integer({ min: 0, max: token.length - 1 }),
      fc.constantFrom('', 'A', 'z', '_x'),
    );
    fc.assert(
      fc.property(wrong, ([at, by]) => {
        const changed = token.slice(0, at) + by + token.slice(at + 1);
        fc.pre(changed !== token);
        expect(errorOf(changed)).not.toBe('no error');
      }),
    );
  });

  it('says what is wrong with it', () => {
    const token = encodeReplayToken(plain);
    expect(errorOf('hello')).toBe('"hello" is no replay token: those begin with "sl1-"');
    expect(errorOf(`sl2-${token.slice(4)}`)).toContain('version 2, this program reads version 1');
    expect(errorOf(`${token.slice(0, 9)}!${token.slice(9)}`)).toBe(
      'the token has "!" at position 9; only letters, digits, - and _ belong there',
    );
    expect(errorOf('sl1-abc')).toBe('the token is cut short: it has only 7 characters');
    expect(errorOf(token.slice(0, -3))).toMatch(/^the token is damaged or cut short: its checksum is/);
  });
});
