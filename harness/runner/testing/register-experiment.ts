/** The register as an experiment, and scenarios over it: a safe one, and one that loses acknowledged writes. */
import { anyOf, clockDrift, crash, cut, delay, pause, swarm } from '../../faults/arbitrary.js';
import { oneHostAtATime } from '../../faults/budget.js';
import type { ClusterAction } from '../../faults/fault.js';
import { parseTarget, pickRound } from '../../faults/target.js';
import { History } from '../../history/history.js';
import { World } from '../../world/world.js';
import type { Experiment, ExperimentInput, Judgement, Scenario } from '../experiment.js';
import { hostLogger } from '../host-logger.js';
import { RegisterClient } from './register-client.js';
import { RegisterServer } from './register-program.js';

export interface RegisterOptions {
  readonly hasty: boolean;
  /** Throws inside an event at that time. */
  readonly assertionAtMicros?: number;
  /** From this time on each event schedules the next one. */
  readonly endlessFromMicros?: number;
  readonly endlessEveryMicros?: number;
  /** The judge throws. */
  readonly brokenJudge?: boolean;
  /** A client never finishes. */
  readonly neverConverges?: boolean;
  /** Runs differ: the process draws real chance. */
  readonly chance?: () => number;
}

const SERVERS = ['s1', 's2'] as const;
const CLIENTS = ['c1', 'c2'] as const;

class RegisterExperiment implements Experiment {
  readonly world: World;
  readonly history = new History();
  readonly #options: RegisterOptions;
  readonly #clients: readonly RegisterClient[];
  readonly #names: readonly string[];
  #writesLeft: number;

  constructor(options: RegisterOptions, input: ExperimentInput) {
    this.#options = options;
    this.#writesLeft = input.limits.operationsMax ?? Number.POSITIVE_INFINITY;
    this.world = new World({
      seed: input.seed,
      ...(input.onlooker === null ? {} : { trace: input.onlooker }),
    });
    const { simulation } = this.world;
    const add = (name: string, program: RegisterServer | RegisterClient) =>
      this.world.addHost(name, program, { logger: hostLogger(input.onlooker, this.world, name) });
    add('s1', new RegisterServer('s2', options.hasty));
    add('s2', new RegisterServer('s1', options.hasty));
    this.#names = CLIENTS.filter((name) => !input.limits.without.includes(name));
    this.#clients = this.#names.map((name) => {
      const client = new RegisterClient({
        name,
        servers: SERVERS,
        history: this.history,
        now: () => simulation.nowMicros,
        mayWrite: () => this.#writesLeft-- > 0,
      });
      add(name, client);
      return client;
    });
  }

  start(): void {
    for (const host of this.world.hosts) host.start();
    const { assertionAtMicros, chance } = this.#options;
    if (assertionAtMicros !== undefined) {
      this.world.simulation.schedule(assertionAtMicros, () => {
        throw new Error('the register is upside down');
      });
    }
    this.#beginEndlessEvents();
    if (chance !== undefined) {
      this.world.simulation.schedule(1_000_000, () => this.world.simulation.note(chance()));
    }
  }

  #beginEndlessEvents(): void {
    const { endlessFromMicros, endlessEveryMicros = 0 } = this.#options;
    const { simulation } = this.world;
    const again = (): void => void simulation.schedule(endlessEveryMicros, again);
    if (endlessFromMicros !== undefined) simulation.schedule(endlessFromMicros, again);
  }

  resolveTarget(target: string): readonly string[] {
    const parsed = parseTarget(target);
    const groups = new Map<string, readonly string[]>([
      ['server', SERVERS],
      ['servers', SERVERS],
      ['client', this.#names],
      ['all', [...SERVERS, ...this.#names]],
    ]);
    if (parsed === null || parsed.kind === 'role-of') return [];
    if (parsed.kind === 'any') {
      const picked = pickRound(groups.get(parsed.group) ?? [], parsed.number);
      return picked === null ? [] : [picked];
    }
    return groups.get(parsed.name) ?? (groups.get('all') ?? []).filter((name) => name === parsed.name);
  }

  rejectTarget(target: string): string | null {
    return this.resolveTarget(target).length > 0 ? null : `no host "${target}"; hosts are s1, s2, c1, c2`;
  }

  perform(action: ClusterAction): boolean {
    if (action.name === 'mark') this.world.simulation.mark('performed');
    return action.name === 'mark';
  }

  beginLiveness(): void {
    for (const client of this.#clients) client.finish();
  }

  waitingFor(): readonly string[] {
    if (this.#options.neverConverges === true) return ['a client that never ends'];
    return this.#names
      .filter((_, index) => this.#clients[index]!.finalValues === null)
      .map((name) => `${name} has not read yet`);
  }

  judge(): Judgement {
    if (this.#options.brokenJudge === true) throw new Error('the judge stumbled');
    const witnesses = this.#clients.flatMap((client, index) => {
      const { acknowledged, finalValues } = client;
      if (finalValues === null) return [];
      const lost = acknowledged.filter((value) => !finalValues.includes(value));
      return lost.map((value) => ({ client: this.#names[index], value }));
    });
    const count = (f: string, type: string) =>
      this.history.operations.filter((operation) => operation.f === f && operation.type === type).length;
    const countsOf = (f: string) => ({ ok: count(f, 'ok'), fail: count(f, 'fail'), info: count(f, 'info') });
    return {
      anomalies:
        witnesses.length === 0
          ? []
          : [{ name: 'lost-write', count: witnesses.length, witnesses, allowed: false }],
      summary:
        witnesses.length === 0 ? 'Every acknowledged write was read.' : 'An acknowledged write is gone.',
      story: witnesses.map(({ client, value }) => ({
        timeMicros: this.world.simulation.nowMicros,
        text: `${client} was told that ${value} is written and does not find it`,
      })),
      unknownBecause: [],
      records: count('write', 'ok'),
      configuration: { servers: SERVERS.length },
      operations: { write: countsOf('write'), read: countsOf('read') },
    };
  }
}

export function registerScenario(
  name: string,
  options: RegisterOptions,
  change: Partial<Scenario> = {},
): Scenario {
  const durationMicros = 5_000_000;
  const budget = oneHostAtATime({ recoveryMicros: 1_500_000 });
  const lasts = { min: 100_000, max: 1_000_000 };
  return {
    name,
    promise: 'servers crash one at a time; no acknowledged write is lost',
    profile: 'register',
    durationMicros,
    livenessMicros: 10_000_000,
    plan: swarm(
      [
        crash(anyOf('server'), lasts),
        pause(anyOf('server'), lasts),
        clockDrift(anyOf('server')),
        delay('s1', 's2', { lasts: { min: 500_000, max: 3_000_000 }, extra: { min: 20_000, max: 500_000 } }),
        cut(anyOf('client'), anyOf('server'), lasts),
      ],
      { durationMicros, budget, faultsMax: 8 },
    ),
    budget,
    expect: 'valid',
    removableHosts: CLIENTS,
    build: (input) => new RegisterExperiment(options, input),
    ...change,
  };
}

export const safeRegister = registerScenario('safe-register', { hasty: false });
export const hastyRegister = registerScenario('hasty-register', { hasty: true });

/** Ends its worker thread on seed 5, as one that runs out of memory does. */
export const dyingRegister: Scenario = {
  ...safeRegister,
  name: 'dying-register',
  build(input) {
    if (input.seed === '5') process.exit(9);
    return safeRegister.build(input);
  },
};

/** Hangs in one event on seed 5; nothing inside the thread can end that. */
export const hangingRegister: Scenario = {
  ...safeRegister,
  name: 'hanging-register',
  build(input) {
    while (input.seed === '5');
    return safeRegister.build(input);
  },
};
