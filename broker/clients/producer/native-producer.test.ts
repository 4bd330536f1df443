import { describe, expect, it } from 'vitest';
import { clientRules } from '../rules/index.js';
import { MILLI, ProduceRun, SECOND } from '../testing/produce-run.js';

describe('a producer', () => {
  it('finds the leader and reports offsets in order', () => {
    const run = new ProduceRun();
    for (const value of ['a', 'b', 'c']) run.send(value);
    expect(run.told).toEqual([]);
    run.run(SECOND);
    expect(run.outcomes).toEqual(['a ok@0', 'b ok@1', 'c ok@2']);
    expect(run.log).toEqual(['a', 'b', 'c']);
  });

  it('never calls back from inside send', () => {
    const run = new ProduceRun({ config: { 'batch.size': '0' } }).warmUp();
    run.send('a');
    run.send('b');
    expect(run.told).toEqual([]);
  });

  it('lets records linger into one batch, and sends a full one at once', () => {
    const run = new ProduceRun({ config: { 'linger.ms': '50' } }).warmUp();
    run.send('a');
    run.run(40 * MILLI);
    run.send('b');
    expect(run.cluster.requests('Produce').length).toBe(0);
    run.run(12 * MILLI);
    expect(run.outcomes).toEqual(['a ok@1', 'b ok@2']);
    expect(run.cluster.requests('Produce').length).toBe(1);

    const full = new ProduceRun({ config: { 'linger.ms': '1000', 'batch.size': '100' } }).warmUp();
    for (const value of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) full.send(`${value}`.repeat(20));
    full.run(5 * MILLI);
    expect(full.cluster.requests('Produce').length).toBeGreaterThanOrEqual(3);
  });

  it('sends one request for all partitions of a leader', () => {
    const run = new ProduceRun({ brokers: 1, partitions: 4 }).warmUp();
    for (let partition = 0; partition < 4; partition += 1) run.send(`v${partition}`, partition);
    run.run(SECOND);
    expect(run.cluster.requests('Produce').length).toBe(1);
    expect(run.told.length).toBe(4);
  });

  it('keeps to max.in.flight.requests.per.connection', () => {
    const run = new ProduceRun({
      config: { 'max.in.flight.requests.per.connection': '2', 'batch.size': '0' },
    }).warmUp();
    run.cluster.script('Produce', { kind: 'swallow' });
    for (const value of ['a', 'b', 'c', 'd']) run.send(value);
    run.run(SECOND);
    // The muted channel serves one request and one waits behind it; none of the others was sent.
    expect(run.cluster.requests('Produce').length).toBe(1);
    run.cluster.script('Produce', { kind: 'usual' });
    run.run(40 * SECOND);
    expect(run.log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('completes acks=0 without an offset once the request is on an open connection', () => {
    const run = new ProduceRun({ config: { acks: '0' } });
    run.send('a');
    run.run(SECOND);
    expect(run.outcomes).toEqual(['a ok@-1']);
    expect(run.log).toEqual(['a']);
  });

  it('keeps records without key and partition together, and hashes keys as Kafka does', () => {
    const run = new ProduceRun({ partitions: 3 });
    const partitions: number[] = [];
    const send = (key: Uint8Array | null) =>
      run.producer.send({ topic: 'orders', key, value: null }, (result) => partitions.push(result.partition));
    for (let index = 0; index < 6; index += 1) send(null);
    run.run(SECOND);
    expect(new Set(partitions).size).toBe(1);
    partitions.length = 0;
    // apache/kafka UtilsTest#testMurmur2: murmur2("foobar") = -790332482.
    send(new TextEncoder().encode('foobar'));
    run.run(SECOND);
    expect(partitions).toEqual([(-790_332_482 & 0x7fff_ffff) % 3]);
  });
});

describe('a lost response', () => {
  it('is retried without a duplicate by an idempotent producer', () => {
    const run = new ProduceRun().warmUp();
    run.cluster.script('Produce', { kind: 'lose-response' });
    run.send('a');
    run.run(5 * SECOND);
    expect(run.outcomes).toEqual(['a ok@1']);
    expect(run.log).toEqual(['a']);
    expect(run.cluster.requests('Produce').length).toBe(2);
  });

  it('is retried into a duplicate without idempotence', () => {
    const run = new ProduceRun({ config: { 'enable.idempotence': 'false' } }).warmUp();
    run.cluster.script('Produce', { kind: 'lose-response' });
    run.send('a');
    run.run(5 * SECOND);
    expect(run.outcomes).toEqual(['a ok@2']);
    expect(run.log).toEqual(['a', 'a']);
  });

  it('is an unknown outcome without retries, and no duplicate', () => {
    const run = new ProduceRun({ config: { retries: '0' } }).warmUp();
    run.cluster.script('Produce', { kind: 'lose-response' }, { kind: 'lose-request' });
    run.send('a');
    run.run(5 * SECOND);
    run.send('b');
    run.run(5 * SECOND);
    expect(run.outcomes).toEqual(['a NETWORK_EXCEPTION?', 'b NETWORK_EXCEPTION?']);
    expect(run.log).toEqual(['a']);
  });
});

describe('a refusal after a lost response (KAFKA-13574)', () => {
  const landedThenRefused = (rules = clientRules) => {
    const run = new ProduceRun({ config: { retries: '1', 'enable.idempotence': 'false' }, rules }).warmUp();
    run.cluster.script('Produce', { kind: 'lose-response' }, { kind: 'error', error: 'NOT_ENOUGH_REPLICAS' });
    run.send('a');
    run.run(5 * SECOND);
    expect(run.log).toEqual(['a']);
    return run.outcomes;
  };

  it('is not a definite failure, because the first attempt landed', () => {
    expect(landedThenRefused()).toEqual(['a NOT_ENOUGH_REPLICAS?']);
  });

  it('counts as a definite failure for a client that trusts its last error', () => {
    const rules = { ...clientRules, isDefiniteFailure: () => true };
    expect(landedThenRefused(rules)).toEqual(['a NOT_ENOUGH_REPLICAS']);
  });
});

describe('order within a partition', () => {
  const pipelined = { 'batch.size': '0', 'retry.backoff.ms': '20', 'retry.backoff.max.ms': '20' };
  const refuseFirst = (run: ProduceRun) => {
    run.cluster.script('Produce', { kind: 'error', error: 'NOT_ENOUGH_REPLICAS' });
    for (const value of ['a', 'b', 'c', 'd', 'e', 'f']) run.send(value);
    run.run(10 * SECOND);
  };

  it('holds for an idempotent producer with five requests in flight', () => {
    const run = new ProduceRun({ config: pipelined }).warmUp();
    refuseFirst(run);
    expect(run.log).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(run.outcomes.every((outcome) => outcome.includes(' ok@'))).toBe(true);
  });

  it('is lost without idempotence, as Kafka permits', () => {
    const run = new ProduceRun({ config: { ...pipelined, 'enable.idempotence': 'false' } }).warmUp();
    refuseFirst(run);
    expect([...run.log].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(run.log[0]).toBe('b');
  });

  it('holds without idempotence when only one request is in flight', () => {
    const config = {
      ...pipelined,
      'enable.idempotence': 'false',
      'max.in.flight.requests.per.connection': '1',
    };
    const run = new ProduceRun({ config }).warmUp();
    refuseFirst(run);
    expect(run.log).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('holds for callbacks even when a later batch is answered first', () => {
    const run = new ProduceRun({ config: { ...pipelined, 'enable.idempotence': 'false' } }).warmUp();
    refuseFirst(run);
    expect(run.told.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('survives broken connections with five batches in flight', () => {
    const run = new ProduceRun({ config: pipelined }).warmUp();
    run.cluster.script('Produce', { kind: 'usual' }, { kind: 'lose-response' }, { kind: 'lose-request' });
    for (const value of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) run.send(value);
    run.run(10 * SECOND);
    expect(run.log).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(run.told.length).toBe(7);
  });
});

describe('a change of leader', () => {
  it('is learnt from a refusal and a metadata refresh', () => {
    const run = new ProduceRun().warmUp();
    run.cluster.partition('orders', 0).elect(2);
    run.send('a');
    run.run(5 * SECOND);
    expect(run.outcomes).toEqual(['a ok@1']);
    expect(run.cluster.requests('Metadata').length).toBeGreaterThan(0);
  });

  it('is learnt from the hint in the refusal, without back-off or refresh (KIP-951)', () => {
    const run = new ProduceRun({ config: { 'retry.backoff.ms': '900' }, partitions: 2 }).warmUp();
    run.send('to the other broker', 1);
    run.run(SECOND);
    run.told.length = 0;
    run.cluster.seen.length = 0;
    run.cluster.hints = true;
    run.cluster.partition('orders', 0).elect(2);
    run.send('a');
    run.run(20 * MILLI);
    expect(run.outcomes).toEqual(['a ok@1']);
    expect(run.cluster.requests('Metadata').length).toBe(0);
  });

  it('is not undone by metadata of an older epoch', () => {
    const run = new ProduceRun({ config: { 'metadata.max.age.ms': '1000' } }).warmUp();
    const partition = run.cluster.partition('orders', 0);
    partition.elect(2);
    run.send('a');
    run.run(3 * SECOND);
    expect(run.outcomes).toEqual(['a ok@1']);
    partition.leaderEpoch = 0;
    partition.leaderId = 1;
    run.run(3 * SECOND);
    partition.leaderEpoch = 1;
    partition.leaderId = 2;
    run.cluster.seen.length = 0;
    run.send('b');
    run.run(20 * MILLI);
    expect(
      run.cluster.seen.filter(({ request }) => request.apiName === 'Produce').map(({ broker }) => broker),
    ).toEqual([2]);
  });
});

describe('a record whose time runs out', () => {
  const hasty = { 'delivery.timeout.ms': '2000', 'request.timeout.ms': '1000', 'max.block.ms': '1500' };

  it('is a definite failure when it was never sent', () => {
    const run = new ProduceRun({ config: hasty }).warmUp();
    for (const host of ['b1', 'b2']) run.world.stopListening(host, 9092);
    run.world.reset('p1');
    run.run(100 * MILLI);
    run.send('a');
    run.run(1.9 * SECOND);
    expect(run.outcomes).toEqual([]);
    run.run(0.2 * SECOND);
    expect(run.outcomes).toEqual(['a TimeoutException']);
  });

  it('is a definite failure when no broker ever described its topic', () => {
    const run = new ProduceRun({ config: hasty });
    run.world.silentHosts.add('b1');
    run.world.silentHosts.add('b2');
    run.send('a');
    run.run(1.4 * SECOND);
    expect(run.outcomes).toEqual([]);
    run.run(0.2 * SECOND);
    expect(run.outcomes).toEqual(['a TimeoutException']);
  });

  it('is an unknown outcome when an attempt is on the wire', () => {
    const run = new ProduceRun({ config: { ...hasty, 'request.timeout.ms': '1900' } }).warmUp();
    run.cluster.chance = () => ({ kind: 'swallow' });
    run.send('a');
    run.run(10 * SECOND);
    expect(run.outcomes).toEqual(['a TimeoutException?']);
  });

  it('is a definite failure when every attempt was refused before the append', () => {
    const run = new ProduceRun({ config: hasty }).warmUp();
    run.cluster.chance = ({ apiName }) =>
      apiName === 'Produce' ? { kind: 'error', error: 'NOT_ENOUGH_REPLICAS' } : { kind: 'usual' };
    run.send('a');
    run.run(10 * SECOND);
    expect(run.outcomes.length).toBe(1);
    expect(run.outcomes[0]).toMatch(/^a (TimeoutException|NOT_ENOUGH_REPLICAS)$/);
  });

  it('lets the next one through under a new epoch, without a gap or a duplicate', () => {
    const run = new ProduceRun({ config: hasty }).warmUp();
    run.cluster.chance = ({ apiName }) => (apiName === 'Produce' ? { kind: 'swallow' } : { kind: 'usual' });
    run.send('a');
    run.run(4 * SECOND);
    run.cluster.chance = null;
    run.send('b');
    run.run(4 * SECOND);
    expect(run.outcomes).toEqual(['a TimeoutException?', 'b ok@1']);
    expect(run.cluster.partition('orders', 0).log.at(-1)).toMatchObject({
      producerEpoch: 1,
      baseSequence: 0,
    });
  });
});

describe('flush and close', () => {
  it('flush ends lingering and calls back after everything sent before', () => {
    const run = new ProduceRun({ config: { 'linger.ms': '10000' } });
    let flushedAfter = -1;
    run.send('a');
    run.send('b');
    run.producer.flush(() => {
      flushedAfter = run.told.length;
    });
    run.run(SECOND);
    expect(flushedAfter).toBe(2);
  });

  it('close reports what could not be done in time, once, and takes nothing more', () => {
    const run = new ProduceRun().warmUp();
    run.cluster.chance = () => ({ kind: 'swallow' });
    run.send('a');
    run.run(10 * MILLI);
    let isClosed = false;
    run.producer.close(500, () => {
      isClosed = true;
    });
    run.send('b');
    run.run(400 * MILLI);
    expect(isClosed).toBe(false);
    run.run(60 * SECOND);
    expect(isClosed).toBe(true);
    expect(run.outcomes).toEqual(['b IllegalStateException', 'a KafkaException?']);
  });

  it('close waits for what is under way', () => {
    const run = new ProduceRun({ config: { 'linger.ms': '10000' } });
    run.send('a');
    let outcomesAtClose: string[] = [];
    run.producer.close(60_000, () => {
      outcomesAtClose = run.outcomes;
    });
    run.run(SECOND);
    expect(outcomesAtClose).toEqual(['a ok@0']);
  });
});
