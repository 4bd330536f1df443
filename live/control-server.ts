/**
 * The control port of a live cluster: faults and state over HTTP, for tests in other languages.
 *
 *   GET    /cluster     nodes, partitions with leader, ISR and epochs, replicas with offsets
 *   GET    /faults      every fault: configured, fired, its effects, healed
 *   POST   /faults      one fault, a plan {"version": 1, "faults": […]}, or a task of Trogdor; times count from now
 *   DELETE /faults/ID   ends a fault before its time
 *   GET    /metrics     Kafka's metrics, as text for Prometheus
 *
 * All other answers are JSON. The port has no authentication: it listens on loopback, and refuses requests of web pages (a
 * `Host` that is not loopback, or an `Origin`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../broker/env.js';
import type { FaultState } from '../harness/faults/nemesis.js';
import { PlanError, parseJson, validatePlan } from '../harness/faults/plan.js';
import { isTrogdor, planFromTrogdor } from '../scenarios/cluster/trogdor-plan.js';
import { clusterMetrics } from './cluster-metrics.js';
import type { LiveCluster } from './live-cluster.js';
import { isLoopback } from './loopback.js';
import { PROMETHEUS_TEXT, prometheusText } from './prometheus.js';

const JSON_TYPE = 'application/json';
const BODY_BYTES_MAX = 1_048_576;

interface Answer {
  readonly status: number;
  /** Answered as JSON, but for a text of `contentType`. */
  readonly body: unknown;
  readonly contentType?: string;
}

export class ControlServer {
  readonly #server: Server;
  readonly #cluster: LiveCluster;

  private constructor(cluster: LiveCluster) {
    this.#cluster = cluster;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Resolves to the server and its port. Rejects with the error of the bind. */
  static async start(cluster: LiveCluster, at: Address): Promise<ControlServer> {
    if (!isLoopback(at.host))
      throw new RangeError(`the control port listens on loopback only, not on ${at.host}`);
    const control = new ControlServer(cluster);
    await new Promise<void>((resolve, reject) => {
      control.#server.once('error', reject);
      control.#server.listen(at.port, at.host, resolve);
    });
    return control;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, contentType = JSON_TYPE } = await this.#answer(request).catch(refusal);
    // The rest of a request whose body is too large is not read.
    const end = status === 413 ? { connection: 'close' } : {};
    response.writeHead(status, { 'content-type': contentType, ...end });
    response.end(contentType === JSON_TYPE ? `${JSON.stringify(body, null, 2)}\n` : body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (!isFromHere(request)) return { status: 403, body: { error: 'requests of web pages are refused' } };
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [collection = '', id, ...rest] = pathname.split('/').slice(1);
    if (rest.length > 0) return notFound(pathname);
    if (collection === 'cluster' && id === undefined) {
      return only(request, ['GET']) ?? { status: 200, body: this.#cluster.state() };
    }
    if (collection === 'metrics' && id === undefined) {
      const body = prometheusText(clusterMetrics(this.#cluster));
      return only(request, ['GET']) ?? { status: 200, body, contentType: PROMETHEUS_TEXT };
    }
    if (collection !== 'faults') return notFound(pathname);
    if (id !== undefined) return only(request, ['DELETE']) ?? this.#heal(id);
    if (request.method === 'GET') {
      return { status: 200, body: { faults: this.#cluster.faults.states().map(described) } };
    }
    return only(request, ['GET', 'POST']) ?? this.#inject(parseJson(await bodyOf(request)));
  }

  #inject(given: unknown): Answer {
    const { faults } = this.#cluster;
    const document = isTrogdor(given) ? planFromTrogdor(given) : given;
    const injected = isPlan(document)
      ? validatePlan(document).faults.map((fault, index) => faults.inject(fault, `faults[${index}]`))
      : [faults.inject(document)];
    return { status: 201, body: { faults: injected.map((each) => described(each.state())) } };
  }

  #heal(id: string): Answer {
    const { faults } = this.#cluster;
    const state = /^\d{1,9}$/.test(id) ? faults.states()[Number(id)] : undefined;
    if (state === undefined) return { status: 404, body: { error: `there is no fault ${id}` } };
    faults.heal(state.id);
    return { status: 200, body: described(faults.states()[state.id] ?? state) };
  }
}

/** A fault as the control port shows it; `mattered`: it has had an effect. */
function described({ id, fault, fired, affected, healed, targets }: FaultState) {
  return { id, fault, configured: true, fired, mattered: affected > 0, affected, healed, targets };
}

const isPlan = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'faults' in document;

const notFound = (path: string): Answer => ({
  status: 404,
  body: { error: `there is no ${path}; there are /cluster, /metrics, /faults and /faults/ID` },
});

/** Null: the method is one of those. */
function only({ method = '' }: IncomingMessage, methods: readonly string[]): Answer | null {
  if (methods.includes(method)) return null;
  return { status: 405, body: { error: `${method} is not served here; ${methods.join(' and ')} are` } };
}

function refusal(error: unknown): Answer {
  if (error instanceof PlanError) return { status: 400, body: { error: error.message, path: error.path } };
  if (error instanceof BodyTooLarge) return { status: 413, body: { error: error.message } };
  return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
}

class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request) {
    pieces.push(piece as Buffer);
    sizeBytes += (piece as Buffer).length;
    if (sizeBytes > BODY_BYTES_MAX) throw new BodyTooLarge(`a body has at most ${BODY_BYTES_MAX} bytes`);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A page in a browser sends an `Origin`; after DNS rebinding its requests name a host that is not loopback. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? 'localhost').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return headers.origin === undefined && isLoopback(host);
}
