import type { BatchSummary, IsrCandidateSummary } from '../../../broker/observer.js';
import type { RetentionSettings } from '../partition-model.js';
import { ReplicaChecker } from '../replica-checker.js';

export const P = 'orders-0';

export const NO_RETENTION: RetentionSettings = { deletes: true, retentionMillis: -1, retentionBytes: -1 };

/** A replica that a leader may propose for its ISR. */
export const ELIGIBLE: IsrCandidateSummary = {
  lastFetchLeaderEpoch: 1,
  fetchBrokerEpoch: 7,
  metadataBrokerEpoch: 7,
  fenced: false,
  shuttingDown: false,
};

/** A partition on b1, b2 and b3, led by b1 in epoch 1, with the verbs to play a story on it. */
export class Stage {
  readonly checker: ReplicaChecker;
  time = 0;
  partitionEpoch = 0;

  constructor(
    options: {
      uncleanElection?: boolean;
      diskLoss?: boolean;
      minInsyncReplicas?: number;
      retention?: RetentionSettings;
    } = {},
  ) {
    const { uncleanElection = false, diskLoss = false } = options;
    this.checker = new ReplicaChecker({
      settingsOf: () => ({
        uncleanElection,
        diskLoss,
        minInsyncReplicas: options.minInsyncReplicas ?? 1,
        retention: options.retention ?? NO_RETENTION,
      }),
      now: () => this.time,
    });
    for (const host of ['b1', 'b2', 'b3']) this.checker.logOpened(host, P, []);
    this.lead('b1', 1, ['b1', 'b2', 'b3']);
  }

  lead(host: string, leaderEpoch: number, isr: string[]): void {
    this.isr(host, leaderEpoch, isr);
    this.checker.roleChanged(host, P, 'leader', leaderEpoch);
    for (const other of ['b1', 'b2', 'b3']) {
      if (other !== host && isr.includes(other)) this.checker.roleChanged(other, P, 'follower', leaderEpoch);
    }
  }

  isr(leader: string | null, leaderEpoch: number, isr: string[]): void {
    const replicas = ['b1', 'b2', 'b3'];
    this.checker.partitionChanged(P, {
      leader,
      leaderEpoch,
      partitionEpoch: ++this.partitionEpoch,
      isr,
      replicas,
    });
  }

  append(offset: number, leaderEpoch: number, hosts: string[], crc = offset): void {
    const batch: BatchSummary = { baseOffset: offset, lastOffset: offset, leaderEpoch, crc };
    for (const host of hosts) this.checker.appended(host, P, batch);
  }

  commit(leader: string, highWatermark: number): void {
    this.checker.highWatermarkMoved(leader, P, highWatermark, 'leader');
  }

  /** A fetch of a follower of b1 arrives. */
  fetch(follower: string, offset: number, millis = 0): void {
    this.checker.followerFetched('b1', P, follower, offset, { lastFetchMillis: millis });
  }

  names(): string[] {
    return this.checker.anomalies().map((anomaly) => anomaly.name);
  }
}
