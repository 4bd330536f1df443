import { describe, expect, it } from 'vitest';
import { resolveServerConfig } from '../config/definitions.js';
import { controllerRules } from '../rules/controller/index.js';
import { CONTROLLER, ControllerBench, SECOND } from '../testing/controller-bench.js';
import { MemoryDisk } from '../testing/memory-disk.js';
import { TestProcess } from '../testing/test-process.js';
import { BrokerLifecycle } from './broker-lifecycle.js';

/** A broker with a lifecycle only, beside the scripted ones of the bench. */
class LivingBroker {
  readonly bench: ControllerBench;
  readonly brokerId: number;
  /** The leader of orders-0 and this broker's state, at each call of onMetadata. */
  readonly shown: string[] = [];
  #process!: TestProcess;
  #lifecycle!: BrokerLifecycle;
  #starts = 0;

  constructor(bench: ControllerBench, brokerId: number) {
    this.bench = bench;
    this.brokerId = brokerId;
    this.start();
  }

  get lifecycle(): BrokerLifecycle {
    return this.#lifecycle;
  }

  get halts(): readonly string[] {
    return this.#process.halts;
  }

  start(): void {
    this.#starts += 1;
    const { world } = this.bench;
    this.#process = new TestProcess(world, `b${this.brokerId}`, new MemoryDisk(), this.#starts);
    this.#lifecycle = new BrokerLifecycle(this.#process.env, {
      brokerId: this.brokerId,
      clusterId: 'cluster',
      listener: { host: `b${this.brokerId}`, port: 9092, name: 'PLAINTEXT', securityProtocol: 0 },
      controllers: [CONTROLLER],
      config: resolveServerConfig({}),
      topicDefaults: {},
      logDirs: [],
      rules: controllerRules,
      previousBrokerEpoch: -1,
      onMetadata: (image, delta) => {
        if (image.endOffset !== delta.endOffset)
          throw new Error('the delta is not the last step of the image');
        const own = image.brokers.get(this.brokerId);
        const isFenced = own?.fenced === false ? 'unfenced' : 'fenced';
        this.shown.push(`leader ${image.partition('orders', 0)?.leader ?? 'unknown'}, ${isFenced}`);
        if (this.#lifecycle.state === 'recovery') this.#lifecycle.readyToUnfence();
      },
    });
    this.#lifecycle.start();
  }

  crash(): void {
    this.#process.kill();
  }
}

const seconds = (bench: ControllerBench, count: number): void => bench.world.run(count * SECOND);

describe('the life of a broker', () => {
  it('registers, catches up, is unfenced, and stays so', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    expect(broker.lifecycle.state).toBe('running');
    expect(broker.lifecycle.brokerEpoch).toBe(bench.image().brokers.get(1)?.brokerEpoch);
    seconds(bench, 60);
    expect(bench.told).toEqual(['broker 1 registered', 'broker 1 unfenced']);
    expect(broker.shown).toEqual(['leader unknown, fenced', 'leader unknown, unfenced']);
  });

  it('registers anew when a registration of a dead incarnation came late and took its place', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    while (broker.lifecycle.brokerEpoch < 0) bench.world.run(100);
    expect(bench.register(1, 'of a process that is no more').errorCode).toBe('NONE');
    const displacedBy = bench.image().brokers.get(1)!.brokerEpoch;
    seconds(bench, 5);
    expect(broker.lifecycle.brokerEpoch).toBeGreaterThan(displacedBy);
    expect(broker.lifecycle.state).toBe('running');
    expect(bench.image().brokers.get(1)).toMatchObject({
      incarnationId: broker.lifecycle.incarnationId,
      fenced: false,
    });
  });

  it('has other brokers, topics and ISR changes in its image soon after they are committed', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    bench.join(2);
    bench.createTopic('orders', [[2, 1]]);
    bench.alterIsr('orders-0', [2]);
    bench.world.run(5_000);
    expect(broker.lifecycle.image.partition('orders', 0)).toMatchObject({ leader: 2, isr: [2] });
  });

  it('waits out the session of its former incarnation, then returns under a new epoch', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    const epoch = broker.lifecycle.brokerEpoch;
    broker.crash();
    broker.start();
    seconds(bench, 5);
    expect(broker.lifecycle.state).toBe('starting');
    seconds(bench, 15);
    expect(broker.lifecycle.state).toBe('running');
    expect(broker.lifecycle.brokerEpoch).toBeGreaterThan(epoch);
  });

  it('is never shown what its former incarnation led', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    bench.createTopic('orders', [[1]]);
    bench.world.run(5_000);
    broker.crash();
    broker.start();
    broker.shown.length = 0;
    seconds(bench, 30);
    expect(broker.shown).toEqual(['leader -1, fenced', 'leader 1, unfenced']);
    expect(bench.partition('orders-0').leaderEpoch).toBe(2);
  });

  it('follows metadata and comes back when it was fenced for its silence', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    bench.world.silentHosts.add('b1');
    seconds(bench, 20);
    expect(bench.told.at(-1)).toBe('broker 1 fenced');
    bench.world.silentHosts.delete('b1');
    seconds(bench, 20);
    expect(bench.told.at(-1)).toBe('broker 1 unfenced');
    expect(broker.lifecycle.image.endOffset).toBe(bench.image().endOffset);
    expect(broker.halts).toEqual([]);
  });

  it('outlives a restart of the controller: same epoch, no fencing, same log', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    const epoch = broker.lifecycle.brokerEpoch;
    bench.crashController();
    seconds(bench, 30);
    bench.startController();
    seconds(bench, 30);
    expect(broker.lifecycle.brokerEpoch).toBe(epoch);
    expect(broker.lifecycle.image.endOffset).toBe(bench.image().endOffset);
    expect(bench.told.filter((line) => line === 'broker 1 fenced')).toEqual([]);
  });

  it.each([0, 3])(
    'ends when the controller lost metadata that it had published, and has %i new brokers since',
    (count) => {
      const bench = new ControllerBench();
      const broker = new LivingBroker(bench, 1);
      seconds(bench, 1);
      bench.crashController();
      seconds(bench, 1);
      bench.disk.wipe();
      bench.startController();
      for (let joined = 0; joined < count; joined += 1) bench.join(2 + joined);
      seconds(bench, 10);
      expect(broker.halts[0]).toMatch('the metadata log diverged');
    },
  );

  it('gives up when no controller registers it within initial.broker.registration.timeout.ms', () => {
    const bench = new ControllerBench();
    bench.crashController();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 59);
    expect(broker.halts).toEqual([]);
    seconds(bench, 2);
    expect(broker.halts).toEqual(['unable to register with the controller quorum']);
  });

  it('shuts down once the controller has moved its leaderships away', () => {
    const bench = new ControllerBench();
    const first = new LivingBroker(bench, 1);
    new LivingBroker(bench, 2);
    seconds(bench, 1);
    bench.createTopic('orders', [[1, 2]]);
    let isDone = false;
    first.lifecycle.controlledShutdown(() => {
      isDone = true;
    });
    seconds(bench, 5);
    expect(isDone).toBe(true);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2');
    expect(bench.told.at(-1)).toBe('broker 1 fenced');
  });

  it('shuts down at once where it was never unfenced', () => {
    const bench = new ControllerBench();
    bench.crashController();
    const broker = new LivingBroker(bench, 1);
    let isDone = false;
    broker.lifecycle.controlledShutdown(() => {
      isDone = true;
    });
    bench.world.run(1_000);
    expect(isDone).toBe(true);
  });

  it('sends a request to the controller until it is answered', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    bench.crashController();
    const starts: number[] = [];
    broker.lifecycle.sendToController(
      'AllocateProducerIds',
      { brokerId: 1, brokerEpoch: broker.lifecycle.brokerEpoch },
      (response) => starts.push(response.producerIdStart),
    );
    seconds(bench, 3);
    expect(starts).toEqual([]);
    bench.startController();
    seconds(bench, 1);
    expect(starts).toEqual([0]);
  });

  it('does nothing any more once it is stopped', () => {
    const bench = new ControllerBench();
    const broker = new LivingBroker(bench, 1);
    seconds(bench, 1);
    broker.lifecycle.stop();
    broker.lifecycle.sendToController('AllocateProducerIds', { brokerId: 1, brokerEpoch: 0 }, () => {
      throw new Error('answered');
    });
    seconds(bench, 20);
    expect(bench.told.at(-1)).toBe('broker 1 fenced');
  });
});
