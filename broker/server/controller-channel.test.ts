import { describe, expect, it } from 'vitest';
import { brokerHeartbeatApi } from '../protocol/apis/63-broker-heartbeat.js';
import { serveRpc } from '../protocol/rpc-server.js';
import { TinyWorld } from '../testing/tiny-world.js';
import { ControllerChannel } from './controller-channel.js';

const heartbeat = { ...brokerHeartbeatApi.request.defaults, brokerId: 1 };

/** Two voters, of which the second leads. `asked` lists the voters that got a request, in order. */
function setUp() {
  const world = new TinyWorld();
  const asked: string[] = [];
  for (const voter of ['c1', 'c2']) {
    serveRpc(world.env(voter), { port: 9093, requestBytesMax: 1_000_000 }, (_request, reply) => {
      asked.push(voter);
      reply.respond(
        brokerHeartbeatApi.errorResponse(heartbeat, voter === leader.name ? 'NONE' : 'NOT_CONTROLLER'),
      );
    });
  }
  const leader = { name: 'c2' };
  const channel = new ControllerChannel(world.env('b1'), {
    controllers: ['c1', 'c2'].map((host) => ({ host, port: 9093 })),
    clientId: 'b1',
    requestTimeoutMicros: 1_000_000,
  });
  return { world, asked, leader, channel };
}

describe('a channel to the controller', () => {
  it('leaves a voter that is not the controller; the sender sees a failed attempt', () => {
    const { world, asked, channel } = setUp();
    const results: unknown[] = [];
    for (let request = 0; request < 3; request += 1) {
      channel.send('BrokerHeartbeat', heartbeat, (result) => results.push(result.ok || result.failure));
      world.run(10_000);
    }
    expect(results).toEqual(['not-controller', true, true]);
    expect(asked).toEqual(['c1', 'c2', 'c2']);
  });

  it('sends again to the next voter until the controller answers', () => {
    const { world, asked, leader, channel } = setUp();
    leader.name = 'nobody yet';
    const answers: string[] = [];
    channel.sendUntilAnswered('BrokerHeartbeat', heartbeat, ({ errorCode }) => answers.push(errorCode));
    world.run(350_000);
    expect(answers).toEqual([]);
    leader.name = 'c2';
    world.run(500_000);
    expect(answers).toEqual(['NONE']);
    expect(asked.slice(0, 4)).toEqual(['c1', 'c2', 'c1', 'c2']);
  });
});
