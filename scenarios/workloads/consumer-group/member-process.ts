/**
 * A member of a consumer group on a host of its own. Each start of the program is a new session, and a new member of the
 * group unless the member is static.
 */
import type { Env } from '../../../broker/env.js';
import type { HostChange } from '../../../harness/kernel/host.js';
import type { StoppableProgram } from '../../../harness/world/world-host.js';
import { endsProgram } from '../../cluster/host-chronicle.js';
import type { ClientProcess } from '../client-process.js';
import { type MemberOptions, MemberSession } from './member-session.js';

export interface MemberProcessOptions extends MemberOptions {
  /** This process says what the whole group still has to do. */
  readonly speaksForGroup: boolean;
}

export class MemberProcess implements ClientProcess {
  readonly host: string;
  /** Absent: the program dies when it is asked to stop. */
  readonly stop?: NonNullable<StoppableProgram['stop']>;
  readonly #options: MemberProcessOptions;
  #sessions = 0;
  #session: MemberSession | null = null;

  constructor(options: MemberProcessOptions) {
    this.#options = options;
    this.host = options.host;
    if (options.settings.leaves) this.stop = this.#stop.bind(this);
  }

  /** A member goes on working in the liveness phase, because everything must be processed. */
  stopNewWork(): void {}

  /** To process and commit what the producers send last is proof enough. */
  proveLive(): void {}

  waitsFor(): readonly string[] {
    const records = this.#session?.working ?? 0;
    const working = records > 0 ? [`member ${this.host} works on ${records} records`] : [];
    if (!this.#options.speaksForGroup) return working;
    const { checker, partitions } = this.#options;
    const behind = partitions.flatMap((name) => {
      const end = checker.partitions.get(name)?.committedEnd ?? 0;
      const committed = checker.groups.acknowledged(name);
      return committed < end ? [`the group has committed ${committed} of ${end} in ${name}`] : [];
    });
    return [...working, ...behind];
  }

  start(env: Env): void {
    this.#sessions++;
    this.#options.checker.groups.memberStarted();
    this.#session = new MemberSession(env, this.#options, this.#sessions);
    this.#session.start();
  }

  hostChanged(change: HostChange): void {
    if (!endsProgram(change)) return;
    if (this.#session !== null) this.#options.checker.groups.memberGone();
    this.#session?.end();
    this.#session = null;
  }

  #stop(done: () => void): void {
    if (this.#session === null) done();
    else this.#session.stop(done);
  }
}
