/** The calls of an application to a consumer in a group, over the network, at real brokers. */
import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../config/definitions.js';
import { produceRequest, TinyCluster } from '../../../testing/tiny-cluster.js';
import type { PollResult } from '../consumer-record.js';
import type { Assignor } from './assignor.js';
import { GroupConsumer, type GroupConsumerOptions } from './group-consumer.js';

const decoder = new TextDecoder();

class Application {
  readonly cluster: TinyCluster;
  readonly consumer: GroupConsumer;
  readonly values: string[] = [];
  readonly failures: string[] = [];
  #isPolling = false;

  constructor(
    config: Properties = {},
    partitions = 1,
    extra: Pick<GroupConsumerOptions, 'assignors' | 'interceptor'> = {},
  ) {
    this.cluster = TinyCluster.ready({
      partitions,
      config: { 'offsets.topic.num.partitions': '1', 'group.initial.rebalance.delay.ms': '100' },
    });
    this.consumer = new GroupConsumer(this.cluster.host('app').start(), {
      clientId: 'app',
      bootstrap: ['b1', 'b2', 'b3'].map((host) => ({ host, port: 9092 })),
      config: { 'group.id': 'g', 'auto.offset.reset': 'earliest', ...config },
      ...extra,
    });
  }

  run(seconds: number): void {
    for (let at = 0; at < seconds * 100; at++) {
      this.#poll();
      this.cluster.run(0.01);
    }
  }

  runUntil(what: string, isTrue: () => boolean): void {
    for (let at = 0; !isTrue() && at < 6_000; at++) this.run(0.01);
    if (!isTrue()) throw new Error(`never: ${what}`);
  }

  produce(value: string, index = 0): void {
    this.cluster.request(
      this.cluster.leaderName(index),
      'Produce',
      produceRequest([value], -1, 5_000, index),
    );
  }

  #poll(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.consumer.poll(200, (result: PollResult) => {
      this.#isPolling = false;
      if (!result.ok) this.failures.push(result.error);
      else for (const { value } of result.records) this.values.push(decoder.decode(value ?? undefined));
    });
  }
}

describe('a paused partition', () => {
  it('hands nothing out, others go on, and after resume its records come in order', () => {
    const app = new Application({}, 2);
    app.consumer.subscribe(['orders']);
    app.runUntil('assigned', () => app.consumer.assignment().length === 2);
    app.consumer.pause('orders', 0);
    for (const value of ['a', 'b']) app.produce(value, 0);
    for (const value of ['x', 'y']) app.produce(value, 1);
    app.run(3);
    expect(app.values).toEqual(['x', 'y']);
    expect(app.consumer.paused()).toEqual([{ topic: 'orders', partition: 0 }]);
    app.consumer.resume('orders', 0);
    app.runUntil('the others', () => app.values.length === 4);
    expect(app.values).toEqual(['x', 'y', 'a', 'b']);
  });

  it('keeps what was fetched before, and the broker is asked for other partitions meanwhile', () => {
    const app = new Application({ 'max.poll.records': '1' });
    app.consumer.subscribe(['orders']);
    for (const value of ['a', 'b', 'c']) app.produce(value);
    app.runUntil('a', () => app.values.length === 1);
    app.consumer.pause('orders', 0);
    app.run(2);
    expect([app.values, app.consumer.position('orders', 0)]).toEqual([['a'], 1]);
    app.consumer.resume('orders', 0);
    app.runUntil('all', () => app.values.length === 3);
    expect(app.values).toEqual(['a', 'b', 'c']);
  });

  it('can be moved by seek', () => {
    const app = new Application({ 'max.poll.records': '1' });
    app.consumer.subscribe(['orders']);
    for (const value of ['a', 'b', 'c']) app.produce(value);
    app.runUntil('a', () => app.values.length === 1);
    app.consumer.pause('orders', 0);
    app.consumer.seek('orders', 0, 2);
    app.run(1);
    app.consumer.resume('orders', 0);
    app.runUntil('c', () => app.values.length === 2);
    expect(app.values).toEqual(['a', 'c']);
  });
});

describe('seekToBeginning, seekToEnd and currentLag', () => {
  it('move the position and count what is left', () => {
    const app = new Application();
    app.consumer.subscribe(['orders']);
    for (const value of ['a', 'b', 'c']) app.produce(value);
    app.runUntil('all', () => app.values.length === 3);
    expect(app.consumer.currentLag('orders', 0)).toBe(0);
    app.consumer.seekToBeginning('orders', 0);
    app.runUntil('all again', () => app.values.length === 6);
    app.consumer.seek('orders', 0, 1);
    app.consumer.pause('orders', 0);
    expect(app.consumer.currentLag('orders', 0)).toBe(2);
    app.consumer.resume('orders', 0);
    app.consumer.seekToEnd('orders', 0);
    app.run(1);
    expect([app.values.length, app.consumer.position('orders', 0)]).toEqual([6, 3]);
  });
});

describe('wakeup', () => {
  it('ends the poll that waits, once', () => {
    const app = new Application();
    app.consumer.subscribe(['orders']);
    app.run(1);
    app.consumer.wakeup();
    app.run(1);
    expect(app.failures).toEqual(['WakeupException']);
    app.produce('a');
    app.runUntil('a', () => app.values.length === 1);
  });
});

describe('a subscription by pattern', () => {
  it('has the topics whose names match, without internal ones', () => {
    const app = new Application();
    app.consumer.subscribePattern(/./g);
    app.produce('a');
    app.runUntil('a', () => app.values.length === 1);
    expect(app.consumer.subscription()).toEqual(['orders']);
  });

  it('has internal ones if they are not excluded, once a refresh of the metadata shows them', () => {
    const app = new Application({ 'exclude.internal.topics': 'false', 'metadata.max.age.ms': '1000' });
    app.consumer.subscribePattern(/^(orders|__consumer)/);
    app.runUntil('both', () => app.consumer.subscription().length === 2);
    app.runUntil('assigned', () => app.consumer.assignment().some(({ topic }) => topic !== 'orders'));
    expect(app.consumer.subscription()).toEqual(['__consumer_offsets', 'orders']);
  });
});

describe('an assignor of the application', () => {
  it('divides the partitions', () => {
    const onlyTheFirst: Assignor = {
      name: 'only-the-first',
      isCooperative: false,
      keepsOwnership: false,
      assign: (_counts, members) =>
        new Map(members.map(({ memberId }) => [memberId, [{ topic: 'orders', partition: 0 }]])),
    };
    const app = new Application({ 'partition.assignment.strategy': 'only-the-first' }, 3, {
      assignors: [onlyTheFirst],
    });
    app.consumer.subscribe(['orders']);
    app.runUntil('assigned', () => app.consumer.assignment().length > 0);
    expect(app.consumer.assignment()).toEqual([{ topic: 'orders', partition: 0 }]);
  });
});

describe('an interceptor of commits', () => {
  it('sees an auto-commit when it is sent and when it is acknowledged', () => {
    const seen: string[] = [];
    const note = (what: string) => (offsets: readonly { readonly offset: number }[]) =>
      void seen.push(`${what} ${offsets.map(({ offset }) => offset).join()}`);
    const app = new Application({ 'auto.commit.interval.ms': '100' }, 1, {
      interceptor: { onSend: note('sent'), onCommit: note('acknowledged') },
    });
    app.consumer.subscribe(['orders']);
    app.produce('a');
    app.runUntil('acknowledged', () => seen.includes('acknowledged 1'));
    expect(seen.indexOf('sent 1')).toBeLessThan(seen.indexOf('acknowledged 1'));
    expect(seen).toContain('sent 1');
  });
});

describe('commits', () => {
  it('without offsets are the positions behind what polls returned, and keep the metadata that is given', () => {
    const app = new Application({ 'enable.auto.commit': 'false' });
    const { consumer } = app;
    consumer.subscribe(['orders']);
    for (const value of ['a', 'b']) app.produce(value);
    app.runUntil('both', () => app.values.length === 2);
    const errors: string[] = [];
    const committed: unknown[] = [];
    const readBack = (): void =>
      consumer.committed([{ topic: 'orders', partition: 0 }], (offsets) =>
        committed.push(offsets?.[0] ?? null),
      );
    consumer.commitSync(null, (error) => errors.push(error));
    app.runUntil('committed', () => errors.length === 1);
    readBack();
    app.runUntil('read', () => committed.length === 1);
    consumer.seek('orders', 0, 1);
    consumer.pause('orders', 0);
    consumer.commitAsync(null, (error) => errors.push(error));
    app.runUntil('committed', () => errors.length === 2);
    readBack();
    app.runUntil('read', () => committed.length === 2);
    const noted = {
      topic: 'orders',
      partition: 0,
      offset: 2,
      leaderEpoch: 0,
      metadata: 'from the batch of noon',
    };
    consumer.commitSync([noted], (error) => errors.push(error));
    app.runUntil('committed', () => errors.length === 3);
    readBack();
    app.runUntil('read', () => committed.length === 3);
    expect(errors).toEqual(['NONE', 'NONE', 'NONE']);
    expect(committed).toMatchObject([{ offset: 2, metadata: '' }, { offset: 1 }, noted]);
  });
});
