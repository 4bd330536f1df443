/**
 * The partitions that each broker leads or is an ISR member of, updated with every change, so that fencing a broker
 * costs as much as it changes (org.apache.kafka.controller.BrokersToIsrs). Partitions by `<topic>-<partitionId>`, in
 * the order of their addition.
 */
import type { PartitionRegistration } from '../metadata/partition-registration.js';

const NONE: ReadonlySet<string> = new Set();

export class PartitionIndex {
  readonly #byIsrMember = new Map<number, Set<string>>();
  readonly #leaderships = new Map<number, number>();
  readonly #leaderless = new Set<string>();
  readonly #imbalanced = new Set<string>();

  withInIsr(brokerId: number): ReadonlySet<string> {
    return this.#byIsrMember.get(brokerId) ?? NONE;
  }

  hasLeaderships(brokerId: number): boolean {
    return (this.#leaderships.get(brokerId) ?? 0) > 0;
  }

  get leaderless(): ReadonlySet<string> {
    return this.#leaderless;
  }

  /** Partitions that are not led by their preferred leader. */
  get imbalanced(): ReadonlySet<string> {
    return this.#imbalanced;
  }

  update(previous: PartitionRegistration | null, current: PartitionRegistration): void {
    const { name } = current;
    if (previous?.isr !== current.isr) {
      for (const member of previous?.isr ?? []) {
        if (!current.isr.includes(member)) this.#byIsrMember.get(member)?.delete(name);
      }
      for (const member of current.isr) this.#membersOf(member).add(name);
    }
    if (previous !== null && previous.leader >= 0) this.#countLeadership(previous.leader, -1);
    if (current.leader >= 0) this.#countLeadership(current.leader, 1);
    if (current.leader < 0) this.#leaderless.add(name);
    else this.#leaderless.delete(name);
    if (current.leader !== current.replicas[0]) this.#imbalanced.add(name);
    else this.#imbalanced.delete(name);
  }

  /** Its topic is no more. */
  remove({ name, isr, leader }: PartitionRegistration): void {
    for (const member of isr) this.#byIsrMember.get(member)?.delete(name);
    if (leader >= 0) this.#countLeadership(leader, -1);
    this.#leaderless.delete(name);
    this.#imbalanced.delete(name);
  }

  #membersOf(brokerId: number): Set<string> {
    let partitions = this.#byIsrMember.get(brokerId);
    if (partitions === undefined) {
      partitions = new Set();
      this.#byIsrMember.set(brokerId, partitions);
    }
    return partitions;
  }

  #countLeadership(brokerId: number, change: 1 | -1): void {
    this.#leaderships.set(brokerId, (this.#leaderships.get(brokerId) ?? 0) + change);
  }
}
