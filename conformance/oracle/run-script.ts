/** Runs a script against one cluster and returns the normalised answer to each step. */
import {
  apiSchemas,
  type RequestBody,
  type ResponseBody,
  type SchemaName,
} from '../../broker/protocol/apis/schemas.js';
import { encodeRequest } from '../../broker/protocol/codec.js';
import type { Api } from '../../broker/protocol/schema/api.js';
import type { Cluster } from '../cluster.js';
import { CLIENT_ID, type Outcome, RawClient } from '../wire/raw-client.js';
import { Bindings } from './bindings.js';
import { normaliseBody } from './normalise.js';
import { completeBody } from './request-body.js';
import type { FrameDamage, Script, Step, StepAnswer } from './script.js';
import { Settling } from './settling.js';

/** A damaged frame may leave a broker waiting for more bytes; this is how long a step waits for it. */
const DAMAGED_TIMEOUT_MS = 2_000;
const LENGTH_BYTES = 4;

export async function runScript(
  cluster: Cluster,
  script: Script,
  runName: string,
): Promise<readonly StepAnswer[]> {
  const run = new ScriptRun(cluster, runName);
  try {
    const answers: StepAnswer[] = [];
    for (const step of script.steps) answers.push(await run.step(step));
    return answers;
  } finally {
    run.close();
  }
}

class ScriptRun {
  readonly #bindings: Bindings;
  readonly #clients: ReadonlyMap<number, RawClient>;
  readonly #settling: Settling;

  constructor(cluster: Cluster, runName: string) {
    this.#bindings = new Bindings(runName);
    this.#clients = new Map([...cluster.brokers].map(([id, address]) => [id, new RawClient(address)]));
    this.#settling = new Settling(this.#clients, this.#bindings);
  }

  async step(step: Step): Promise<StepAnswer> {
    const api = apiSchemas[step.api] as unknown as Api;
    const body = completeBody(api.request.fields, step.body, this.#bindings) as RequestBody<SchemaName>;
    const outcome = await this.#send(step, body);
    const answer = this.#answer(step, api, outcome);
    await this.#settling.after(step, answer);
    return answer;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #send(step: Step, body: RequestBody<SchemaName>): Promise<Outcome<ResponseBody<SchemaName> | null>> {
    const client = this.#clients.get(step.broker);
    if (client === undefined) throw new Error(`a script names broker ${step.broker}`);
    if (step.damage !== undefined) return sendDamaged(client, step, body, step.damage);
    const isAnswered = step.api !== 'Produce' || (body as RequestBody<'Produce'>).acks !== 0;
    return isAnswered
      ? client.request(step.api, step.version, body)
      : client.requestUnanswered(step.api, step.version, body);
  }

  #answer(step: Step, api: Api, outcome: Outcome<object | null>): StepAnswer {
    if (outcome.kind !== 'answer') return { outcome: outcome.kind };
    if (outcome.body === null) return { outcome: 'unanswered' };
    const version = answeredVersion(step, api);
    const body = normaliseBody(api.response.fields, version, outcome.body, this.#bindings);
    return { body: outcome.unreadBytes === 0 ? body : { ...body, unreadBytes: outcome.unreadBytes } };
  }
}

function answeredVersion({ version, damage }: Step, api: Api): number {
  const asked = damage?.apiVersion ?? version;
  return api.response.isValid(asked) ? asked : 0;
}

async function sendDamaged(
  client: RawClient,
  step: Step,
  body: RequestBody<SchemaName>,
  damage: FrameDamage,
): Promise<Outcome<ResponseBody<SchemaName> | null>> {
  const correlationId = client.nextCorrelationId();
  const frame = encodeRequest(step.api, step.version, { correlationId, clientId: CLIENT_ID }, body);
  const outcome = await client.exchange(damaged(frame, damage), DAMAGED_TIMEOUT_MS);
  if (outcome.kind !== 'answer') return outcome;
  const api = apiSchemas[step.api] as unknown as Api;
  return client.decode(step.api, answeredVersion(step, api), correlationId, outcome.body);
}

function damaged(
  frame: Uint8Array,
  { apiKey, apiVersion, cutBytes = 0, extraBytes = 0 }: FrameDamage,
): Uint8Array {
  const sizeBytes = Math.max(LENGTH_BYTES, frame.length - cutBytes) + extraBytes;
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(frame.subarray(0, Math.min(frame.length, sizeBytes)));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, sizeBytes - LENGTH_BYTES);
  if (apiKey !== undefined) view.setInt16(4, apiKey);
  if (apiVersion !== undefined) view.setInt16(6, apiVersion);
  return bytes;
}
