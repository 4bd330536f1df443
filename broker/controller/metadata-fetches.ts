/**
 * Answers observers of the metadata log (KIP-595). A fetch for which there is nothing new is held until a commit or
 * the end of its wait time. The few held fetches are in a list with one timer.
 */
import type { Env, TimerHandle } from '../env.js';
import type {
  MetadataLogFetchRequest,
  MetadataLogFetchResponse,
} from '../protocol/apis/01-metadata-log-fetch.js';
import type { ErrorName } from '../protocol/errors.js';
import type { QuorumLog } from '../raft/quorum-log.js';
import type { ControllerRules } from '../rules/controller/index.js';

type Respond = (response: MetadataLogFetchResponse) => void;

interface HeldFetch {
  readonly request: MetadataLogFetchRequest;
  readonly respond: Respond;
  readonly deadlineMicros: number;
}

const RECORDS_MAX = 5_000;

export class MetadataFetches {
  readonly #env: Env;
  readonly #log: QuorumLog;
  readonly #rules: Pick<ControllerRules, 'checkMetadataFetch'>;
  #held: HeldFetch[] = [];
  #timer: TimerHandle | null = null;
  #timerMicros = 0;

  constructor(env: Env, log: QuorumLog, rules: Pick<ControllerRules, 'checkMetadataFetch'>) {
    this.#env = env;
    this.#log = log;
    this.#rules = rules;
  }

  fetch(request: MetadataLogFetchRequest, respond: Respond): void {
    if (this.#answer(request, respond, request.maxWaitMs === 0)) return;
    const deadlineMicros = this.#env.clock.monotonicMicros() + request.maxWaitMs * 1_000;
    this.#held.push({ request, respond, deadlineMicros });
    this.#arm(deadlineMicros);
  }

  /** The high watermark moved. */
  wake(): void {
    const held = this.#held;
    this.#held = [];
    for (const fetch of held) if (!this.#answer(fetch.request, fetch.respond, false)) this.#held.push(fetch);
  }

  /** This voter no longer leads. */
  resign(): void {
    const held = this.#held;
    this.drop();
    for (const { respond } of held) respond(notLeaderOfLog());
  }

  /** The process ends. Its connections end with it, so no fetch is answered. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#held = [];
  }

  #answer(request: MetadataLogFetchRequest, respond: Respond, isLastCall: boolean): boolean {
    const { leaderEpoch, highWatermark } = this.#log;
    const errorCode = this.#rules.checkMetadataFetch({
      requestEpoch: request.currentLeaderEpoch,
      leaderEpoch,
    });
    if (errorCode !== 'NONE') {
      respond(this.#response(errorCode, {}));
      return true;
    }
    const read = this.#log.read(request.fetchOffset, request.lastFetchedEpoch, RECORDS_MAX);
    if (read.type === 'diverging') {
      respond(this.#response('NONE', { divergingEpoch: { epoch: read.epoch, endOffset: read.endOffset } }));
      return true;
    }
    if (!isLastCall && (read.batches.length === 0 || highWatermark <= request.fetchOffset)) return false;
    respond(this.#response('NONE', { batches: read.batches }));
    return true;
  }

  #response(
    errorCode: ErrorName,
    content: Partial<Pick<MetadataLogFetchResponse, 'divergingEpoch' | 'batches'>>,
  ): MetadataLogFetchResponse {
    const { leaderId, leaderEpoch, highWatermark } = this.#log;
    return { errorCode, leaderId, leaderEpoch, highWatermark, batches: [], ...content };
  }

  #arm(deadlineMicros: number): void {
    if (this.#timer !== null) {
      if (this.#timerMicros <= deadlineMicros) return;
      this.#timer.cancel();
    }
    this.#timerMicros = deadlineMicros;
    const delayMicros = Math.max(0, deadlineMicros - this.#env.clock.monotonicMicros());
    this.#timer = this.#env.timers.schedule(delayMicros, this.#expire);
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const now = this.#env.clock.monotonicMicros();
    const held = this.#held;
    this.#held = [];
    let nextMicros = Number.POSITIVE_INFINITY;
    for (const fetch of held) {
      if (fetch.deadlineMicros <= now) this.#answer(fetch.request, fetch.respond, true);
      else {
        this.#held.push(fetch);
        nextMicros = Math.min(nextMicros, fetch.deadlineMicros);
      }
    }
    if (this.#held.length > 0) this.#arm(nextMicros);
  };
}

/** The answer of a voter that does not lead. */
export function notLeaderOfLog(): MetadataLogFetchResponse {
  return {
    errorCode: 'NOT_LEADER_OR_FOLLOWER',
    leaderId: -1,
    leaderEpoch: -1,
    highWatermark: -1,
    batches: [],
  };
}
