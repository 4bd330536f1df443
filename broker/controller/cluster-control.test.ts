import { describe, expect, it } from 'vitest';
import { brokerRegistrationApi } from '../protocol/apis/62-broker-registration.js';
import { ControllerBench } from '../testing/controller-bench.js';

describe('registration (KIP-631)', () => {
  it('gives every incarnation a broker epoch greater than all before it: the offset of its registration', () => {
    const bench = new ControllerBench();
    const first = bench.register(1).brokerEpoch;
    const second = bench.register(2).brokerEpoch;
    expect(second).toBeGreaterThan(first);
    expect(bench.image().brokers.get(1)).toMatchObject({
      brokerEpoch: first,
      registrationOffset: first,
      fenced: true,
    });
  });

  it('answers the same incarnation again with the epoch that it has, and leaves it unfenced', () => {
    const bench = new ControllerBench();
    bench.join(1);
    const epoch = bench.epoch(1);
    expect(bench.register(1)).toMatchObject({ errorCode: 'NONE', brokerEpoch: epoch });
    expect(bench.image().brokers.get(1)).toMatchObject({ brokerEpoch: epoch, fenced: false });
  });

  it('refuses another incarnation until the session of the first has run out', () => {
    const bench = new ControllerBench();
    bench.join(1);
    expect(bench.register(1, 'another').errorCode).toBe('DUPLICATE_BROKER_REGISTRATION');
    bench.pass(8, 1);
    expect(bench.register(1, 'another').errorCode).toBe('DUPLICATE_BROKER_REGISTRATION');
    bench.pass(10);
    expect(bench.register(1, 'another').errorCode).toBe('NONE');
  });

  it('replaces an incarnation at once that is shutting down or fenced', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    bench.heartbeat(1, { wantShutDown: true });
    expect(bench.register(1, 'back already').errorCode).toBe('NONE');
    expect(bench.register(1, 'back again').errorCode).toBe('NONE');
  });

  it('takes a new incarnation out of the ISRs of the one it replaces, in the same batch', () => {
    const bench = new ControllerBench({ rules: { checkRegistration: () => 'NONE' } });
    bench.join(1, 2, 3);
    bench.createTopic('orders', [[1, 2, 3]]);
    const epoch = bench.register(1, 'restarted in no time').brokerEpoch;
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2,3');
    expect(bench.image().brokers.get(1)).toMatchObject({
      brokerEpoch: epoch,
      registrationOffset: epoch,
      fenced: true,
    });
  });

  it('refuses a broker of another cluster', () => {
    const bench = new ControllerBench();
    const body = { ...brokerRegistrationApi.request.defaults, brokerId: 1, incarnationId: 'i', rack: null };
    const listeners = [{ name: 'PLAINTEXT', host: 'b1', port: 9092, securityProtocol: 0 }];
    expect(bench.call('BrokerRegistration', { ...body, listeners, clusterId: 'other' }).errorCode).toBe(
      'INVALID_REQUEST',
    );
  });
});

describe('heartbeats and fencing', () => {
  it('unfence a broker once it has applied its own registration and wants it', () => {
    const bench = new ControllerBench();
    const epoch = bench.register(1).brokerEpoch;
    const behind = bench.heartbeat(1, { currentMetadataOffset: epoch - 1 });
    expect(behind).toMatchObject({ isCaughtUp: false, isFenced: true });
    const unwilling = bench.heartbeat(1, { currentMetadataOffset: epoch, wantFence: true });
    expect(unwilling).toMatchObject({ isCaughtUp: true, isFenced: true });
    expect(bench.heartbeat(1, { currentMetadataOffset: epoch })).toMatchObject({ isFenced: false });
    expect(bench.image().brokers.get(1)?.fenced).toBe(false);
  });

  it('are refused from another incarnation, and from a broker that never registered', () => {
    const bench = new ControllerBench();
    bench.join(1);
    expect(bench.heartbeat(1, { brokerEpoch: bench.epoch(1) - 1 }).errorCode).toBe('STALE_BROKER_EPOCH');
    expect(bench.heartbeat(7).errorCode).toBe('STALE_BROKER_EPOCH');
  });

  it('keep a session alive for as long as they come', () => {
    const bench = new ControllerBench();
    bench.join(1);
    bench.pass(60, 1);
    expect(bench.told).toEqual(['broker 1 registered', 'broker 1 unfenced']);
  });

  it('stop, and the broker is fenced one session timeout later, to the microsecond', () => {
    const bench = new ControllerBench();
    bench.join(1);
    const heard = bench.world.now;
    while (bench.told.at(-1) !== 'broker 1 fenced') bench.world.run(1_000);
    expect(bench.world.now - heard).toBeGreaterThan(8_990_000);
    expect(bench.world.now - heard).toBeLessThan(9_010_000);
  });

  it('unfence a fenced broker again under the same epoch', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    const epoch = bench.epoch(1);
    bench.fence(1, 2);
    expect(bench.heartbeat(1)).toMatchObject({ errorCode: 'NONE', isFenced: false });
    expect(bench.image().brokers.get(1)).toMatchObject({ brokerEpoch: epoch, fenced: false });
  });

  it('fence a broker that asks for it', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    expect(bench.heartbeat(1, { wantFence: true }).isFenced).toBe(true);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2');
  });

  it('are timed by the rule: a session that never expires fences nobody', () => {
    const bench = new ControllerBench({ rules: { isSessionExpired: () => false } });
    bench.join(1, 2);
    bench.pass(30, 2);
    expect(bench.image().brokers.get(1)?.fenced).toBe(false);
  });
});

describe('a broker that has not read the metadata up to its own registration', () => {
  const behind = { currentMetadataOffset: 0 };

  it('stays fenced', () => {
    const bench = new ControllerBench();
    bench.register(1);
    expect(bench.heartbeat(1, behind)).toMatchObject({ isFenced: true });
    expect(bench.letServe).toEqual([]);
  });

  it('is reported truthfully when a wrong rule unfences it', () => {
    const bench = new ControllerBench({ rules: { mayUnfence: () => true } });
    const registrationOffset = bench.register(1).brokerEpoch;
    expect(bench.heartbeat(1, behind)).toMatchObject({ isFenced: false });
    expect(bench.letServe).toEqual([{ wantFence: false, currentMetadataOffset: 0, registrationOffset }]);
  });
});

describe('controlled shutdown', () => {
  it('moves leaderships and ISRs away, and lets the broker go once the others have applied that', () => {
    const bench = new ControllerBench();
    bench.join(1, 2, 3);
    bench.createTopic('orders', [[1, 2, 3]]);
    bench.createTopic('payments', [[2, 3, 1]]);
    expect(bench.heartbeat(1, { wantShutDown: true })).toMatchObject({
      shouldShutDown: false,
      isFenced: false,
    });
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2,3');
    expect(bench.at('payments-0')).toBe('leader 2 epoch 0 isr 2,3');
    const offset = bench.image().endOffset - 1;
    bench.heartbeat(2, { currentMetadataOffset: offset });
    bench.heartbeat(3, { currentMetadataOffset: offset - 1 });
    expect(bench.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(false);
    bench.heartbeat(3, { currentMetadataOffset: offset });
    expect(bench.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
    expect(bench.told.slice(-4)).toEqual([
      'broker 1 shutting-down',
      'orders-0: leader 2 epoch 1 isr 2,3',
      'payments-0: leader 2 epoch 0 isr 2,3',
      'broker 1 fenced',
    ]);
  });

  it('is granted at once to a broker that leads nothing', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    expect(bench.heartbeat(2, { wantShutDown: true }).shouldShutDown).toBe(true);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1');
  });

  it('leaves a partition whose last in-sync replica goes without a leader, not without an ISR', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    bench.alterIsr('orders-0', [1]);
    bench.heartbeat(1, { wantShutDown: true });
    expect(bench.at('orders-0')).toBe('leader -1 epoch 1 isr 1');
  });

  it('is reported truthfully when a wrong rule lets the broker stop before the others know', () => {
    const bench = new ControllerBench({ rules: { mayShutDown: () => true } });
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    bench.heartbeat(2, { currentMetadataOffset: 0 });
    bench.heartbeat(1, { wantShutDown: true });
    const controlledShutdownOffset = bench.image().endOffset - 1;
    expect(bench.letGo).toEqual([]);
    expect(bench.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
    expect(bench.letGo).toEqual([{ hasLeaderships: false, controlledShutdownOffset, lowestActiveOffset: 0 }]);
  });

  it('survives a restart of the controller', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    bench.heartbeat(1, { wantShutDown: true });
    bench.restartController();
    bench.heartbeat(2);
    expect(bench.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
  });
});

describe('a controller that restarts', () => {
  it('gives unfenced brokers a fresh session and fences those that stay silent', () => {
    const bench = new ControllerBench();
    bench.join(1, 2);
    bench.createTopic('orders', [[1, 2]]);
    bench.crashController();
    bench.world.run(60_000_000);
    bench.startController();
    bench.pass(8, 2);
    expect(bench.at('orders-0')).toBe('leader 1 epoch 0 isr 1,2');
    bench.pass(2, 2);
    expect(bench.at('orders-0')).toBe('leader 2 epoch 1 isr 2');
  });

  it('knows every broker epoch it gave, and gives none twice', () => {
    const bench = new ControllerBench();
    bench.join(1);
    bench.restartController();
    expect(bench.heartbeat(1).errorCode).toBe('NONE');
    expect(bench.register(2).brokerEpoch).toBeGreaterThan(bench.epoch(1));
  });
});
