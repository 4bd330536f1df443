/**
 * Many short lives of one partition: brokers crash, pause, shut down and return, and links are cut in one or both
 * directions, while records are sent to any possible leader. After healing the three logs are equal and hold every
 * acknowledged record at its acknowledged offset. No high watermark ever went back within one life of a broker.
 */
import { describe, expect, it } from 'vitest';
import { produceRequest, TinyCluster } from '../testing/tiny-cluster.js';

const BROKERS = ['b1', 'b2', 'b3'] as const;
type State = 'up' | 'down' | 'paused';

class Unrest {
  readonly cluster = TinyCluster.ready({
    topicConfig: { 'retention.ms': '-1', 'min.insync.replicas': '2' },
    config: {
      'replica.lag.time.max.ms': '4000',
      'broker.session.timeout.ms': '3000',
      'broker.heartbeat.interval.ms': '500',
    },
  });
  readonly acknowledged = new Map<string, number>();
  readonly #states = new Map<string, State>(BROKERS.map((name) => [name, 'up']));
  readonly #draw: (bound: number) => number;
  #sentCount = 0;
  #isProducing = true;

  constructor(seed: number) {
    this.#draw = generator(seed);
  }

  live(steps: number): void {
    this.#produce();
    for (let step = 0; step < steps; step += 1) {
      this.cluster.run(0.2 + this.#draw(3_000) / 1_000);
      this.#disturb(BROKERS[this.#draw(3)]!);
    }
  }

  calm(): void {
    this.#isProducing = false;
    this.cluster.hosts.heal();
    for (const name of BROKERS) {
      if (this.#states.get(name) === 'down') this.cluster.startBroker(name);
      if (this.#states.get(name) === 'paused') this.cluster.host(name).resume();
    }
    this.cluster.run(5);
    this.cluster.awaitFullIsr();
    this.cluster.run(2);
  }

  #produce(): void {
    if (!this.#isProducing) return;
    const target = BROKERS[this.#draw(3)]!;
    const value = `record ${this.#sentCount++}`;
    const client = `client ${this.#draw(1_000)}`;
    if (this.#states.get(target) !== 'down') {
      this.cluster.send(
        target,
        'Produce',
        produceRequest([value], -1, 1_500),
        (result) => {
          const answer = result.ok ? result.body.responses[0]?.partitionResponses[0] : undefined;
          if (answer?.errorCode === 'NONE') this.acknowledged.set(value, answer.baseOffset);
        },
        client,
      );
    }
    this.cluster.hosts.at(5_000 + this.#draw(40_000), () => this.#produce());
  }

  #disturb(name: string): void {
    const state = this.#states.get(name);
    const { cluster } = this;
    switch (this.#draw(8)) {
      case 0:
      case 1:
        if (state === 'up') this.#crash(name);
        return;
      case 2:
      case 3:
        if (state === 'down') {
          cluster.startBroker(name);
          this.#states.set(name, 'up');
        }
        return;
      case 4:
        if (state === 'up') {
          cluster.host(name).pause();
          this.#states.set(name, 'paused');
        } else if (state === 'paused') {
          cluster.host(name).resume();
          this.#states.set(name, 'up');
        }
        return;
      case 5: {
        const others = [...BROKERS, 'c1'].filter((other) => other !== name);
        const other = others[this.#draw(3)]!;
        if (this.#draw(2) === 0) cluster.hosts.cut(name, other);
        else cluster.hosts.cutOneWay(name, other);
        return;
      }
      case 6:
        cluster.hosts.heal();
        return;
      default:
        if (state === 'up') this.#leave(name);
    }
  }

  #crash(name: string): void {
    this.cluster.crash(name);
    this.#states.set(name, 'down');
  }

  /** An orderly shutdown if it takes at most a second; else a crash during the shutdown. */
  #leave(name: string): void {
    this.cluster.brokers.get(name)?.stop(() => undefined);
    this.cluster.run(1);
    this.#crash(name);
  }
}

function generator(seed: number): (bound: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

describe('a partition in unrest', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    'keeps what it acknowledged (seed %i)',
    (seed) => {
      const unrest = new Unrest(seed);
      unrest.live(40);
      unrest.calm();
      const { cluster, acknowledged } = unrest;
      const [first, second, third] = BROKERS.map((name) => cluster.logOf(name));
      expect(second).toEqual(first);
      expect(third).toEqual(first);
      for (const [value, offset] of acknowledged) expect(first?.[offset]).toBe(value);
      for (const name of BROKERS) expect(cluster.replica(name).highWatermark).toBe(first?.length);
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(cluster.regressions).toEqual([]);
    },
  );
});
