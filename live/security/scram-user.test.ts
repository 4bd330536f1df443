import { describe, expect, it } from 'vitest';
import { scramUserOf } from './scram-user.js';

describe('a SCRAM user on the command line', () => {
  it('is written as for the storage tool of Kafka', () => {
    expect(scramUserOf('SCRAM-SHA-256=[name=alice,password=secret]')).toEqual({
      mechanism: 'SCRAM-SHA-256',
      name: 'alice',
      password: 'secret',
      iterations: 4_096,
    });
    expect(scramUserOf('SCRAM-SHA-512=[name="a,b",iterations=8192,password="c]d"]')).toEqual({
      mechanism: 'SCRAM-SHA-512',
      name: 'a,b',
      password: 'c]d',
      iterations: 8_192,
    });
  });

  it.each([
    'PLAIN=[name=alice,password=secret]',
    'SCRAM-SHA-256=[name=alice]',
    'SCRAM-SHA-256=[name=alice,iterations=4095,password=secret]',
    'SCRAM-SHA-256=[name=alice,iterations=16385,password=secret]',
  ])('is refused: %s', (text) => expect(scramUserOf(text)).toBeNull());
});
