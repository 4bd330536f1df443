import { describe, expect, it } from 'vitest';
import type { AllocateProducerIdsResponse } from '../protocol/apis/67-allocate-producer-ids.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { ProducerIdSource } from './producer-id-source.js';

class Bench {
  readonly world = new TinyWorld();
  readonly brokerEpoch = 7;
  readonly asked: ((response: AllocateProducerIdsResponse) => void)[] = [];
  readonly taken: number[] = [];
  readonly source = new ProducerIdSource(this.world.env('b1'), 1, this, null);

  sendToController(
    _apiName: 'AllocateProducerIds',
    _body: unknown,
    done: (response: AllocateProducerIdsResponse) => void,
  ): void {
    this.asked.push(done);
  }

  answer(producerIdStart: number, producerIdLen = 10): void {
    this.asked.shift()?.({ throttleTimeMs: 0, errorCode: 'NONE', producerIdStart, producerIdLen });
  }

  take(count: number): readonly number[] {
    for (let index = 0; index < count; index += 1)
      this.source.next((producerId) => this.taken.push(producerId));
    return this.taken.splice(0);
  }
}

describe('producer ids on a broker (KIP-730)', () => {
  it('come from the block that the controller gave, to those first who waited for it', () => {
    const bench = new Bench();
    expect(bench.take(3)).toEqual([]);
    expect(bench.asked).toHaveLength(1);
    bench.answer(5_000);
    expect(bench.taken.splice(0)).toEqual([5_000, 5_001, 5_002]);
    expect(bench.take(2)).toEqual([5_003, 5_004]);
  });

  it('go on without a wait: the next block is asked for when nine tenths of this one are used', () => {
    const bench = new Bench();
    bench.take(1);
    bench.answer(0);
    bench.take(7);
    expect(bench.asked).toHaveLength(0);
    bench.take(1);
    expect(bench.asked).toHaveLength(1);
    bench.answer(70);
    bench.taken.length = 0;
    expect(bench.take(3)).toEqual([9, 70, 71]);
  });

  it('are never handed out twice: a request that finds the block used up waits for the next', () => {
    const bench = new Bench();
    bench.take(12);
    bench.answer(0);
    expect(bench.taken.splice(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    bench.answer(40);
    expect(bench.taken.splice(0)).toEqual([40, 41]);
  });

  it('are asked for again after a refusal', () => {
    const bench = new Bench();
    bench.take(1);
    bench.asked.shift()?.({
      throttleTimeMs: 0,
      errorCode: 'STALE_BROKER_EPOCH',
      producerIdStart: -1,
      producerIdLen: 0,
    });
    expect(bench.asked).toHaveLength(0);
    bench.world.run(100_000);
    bench.answer(30);
    expect(bench.taken).toEqual([30]);
  });
});
