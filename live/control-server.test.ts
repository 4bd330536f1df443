/** The control port, as curl uses it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlServer } from './control-server.js';
import { LiveCluster } from './live-cluster.js';

let cluster: LiveCluster;
let control: ControlServer;

beforeAll(async () => {
  cluster = await LiveCluster.start({
    brokers: 3,
    topics: { orders: { partitions: 2, replicationFactor: 3 } },
  });
  control = await ControlServer.start(cluster, { host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  control.close();
  await cluster.close();
});

interface Answer {
  readonly status: number;
  readonly body: { readonly [field: string]: unknown };
}

function call(
  method: string,
  path: string,
  body: unknown = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: control.port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => {
        text += piece.toString('utf8');
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.end(body === null ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

describe('the control port', () => {
  it('shows the cluster', async () => {
    const { status, body } = await call('GET', '/cluster');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      bootstrapServers: cluster.bootstrapServers,
      brokers: [1, 2, 3].map((id) => ({ id, host: `b${id}`, state: 'up', unfenced: true })),
      partitions: [
        { topic: 'orders', partition: 0, leaderEpoch: 0, replicas: [{ logEndOffset: 0 }, {}, {}] },
        { topic: 'orders', partition: 1 },
      ],
    });
  });

  it('injects a fault, shows it and heals it', async () => {
    const fault = { kind: 'pause', target: 'follower of orders-0' };
    const { status, body } = await call('POST', '/faults', fault);
    expect(status).toBe(201);
    const [injected] = body.faults as { id: number; fired: boolean; targets: string[] }[];
    expect(injected).toMatchObject({ fired: true, mattered: true, healed: false });
    const shown = await call('GET', '/cluster');
    const paused = (shown.body.brokers as { host: string; state: string }[]).filter(
      ({ state }) => state === 'paused',
    );
    expect(paused.map(({ host }) => host)).toEqual(injected!.targets);
    expect(await call('DELETE', `/faults/${injected!.id}`)).toMatchObject({
      status: 200,
      body: { healed: true },
    });
    const { body: all } = await call('GET', '/faults');
    expect(all.faults).toMatchObject([{ id: injected!.id, configured: true, fired: true, healed: true }]);
  });

  it('takes a plan, whose times count from now', async () => {
    const faults = [
      { kind: 'delay', atMicros: 60_000_000, durationMicros: 1, target: 'b1', peer: 'b2', extraMicros: 5 },
    ];
    const { status, body } = await call('POST', '/faults', { version: 1, faults });
    expect(status).toBe(201);
    expect(body.faults).toMatchObject([{ fired: false, fault: faults[0] }]);
  });

  it.each([
    ['POST', '/faults', '{', 400, 'is not JSON'],
    ['POST', '/faults', { kind: 'crash' }, 400, 'target'],
    ['POST', '/faults', { kind: 'crahs', target: 'b1' }, 400, 'did you mean "crash"'],
    ['POST', '/faults', [], 400, 'must be an object'],
    ['POST', '/faults', 'x'.repeat(2_000_000), 413, 'at most'],
    ['DELETE', '/faults/999', null, 404, 'no fault 999'],
    ['PUT', '/faults', null, 405, 'PUT is not served'],
    ['GET', '/elsewhere', null, 404, '/cluster'],
    ['GET', '/cluster/../../etc/passwd', null, 404, '/cluster'],
  ])('answers %s %s with an error in words', async (method, path, body, status, words) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(words);
  });

  it('refuses web pages', async () => {
    expect((await call('GET', '/cluster', null, { origin: 'http://example.org' })).status).toBe(403);
    expect((await call('GET', '/cluster', null, { host: 'example.org' })).status).toBe(403);
  });

  it('listens on loopback alone', async () => {
    await expect(ControlServer.start(cluster, { host: '0.0.0.0', port: 0 })).rejects.toThrow('loopback only');
  });

  it('injects a task of Trogdor', async () => {
    const spec = {
      class: 'org.apache.kafka.trogdor.fault.ProcessStopFaultSpec',
      startMs: 0,
      durationMs: 60_000,
      nodeNames: ['b2'],
      javaProcessName: 'Kafka',
    };
    const { status, body } = await call('POST', '/faults', { id: 'stop', spec });
    expect(status).toBe(201);
    expect(body).toMatchObject({ faults: [{ fault: { kind: 'pause', target: 'b2' }, fired: true }] });
    expect(cluster.brokers[1]!.state).toBe('paused');
    const id = cluster.faults.states().length - 1;
    expect((await call('DELETE', `/faults/${id}`)).status).toBe(200);
    expect(cluster.brokers[1]!.state).toBe('up');
    const unknown = { ...spec, class: 'org.apache.kafka.trogdor.workload.ProduceBenchSpec' };
    expect((await call('POST', '/faults', unknown)).status).toBe(400);
  });
});
