/**
 * The grammar of targets. A target is text in a plan that is resolved to hosts when the fault fires, so a plan stays valid
 * when code or timing changes.
 *
 *   b2                       the host of that name (`broker b2`, `client p1` mean the same)
 *   any broker #3            host number 3, modulo their count, of the hosts that the experiment has in that group
 *   leader of orders-0       the leader of a partition; the experiment defines the names of its partitions
 *   follower #1 of orders-0  follower number 1, modulo their count, of the partition
 *   controller               a role
 *   servers, brokers, all    groups; `servers` is what `bridge` and `ring` are made of
 *
 * The experiment resolves the parsed targets (`Experiment.resolveTarget`); this file only parses them.
 */

export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'any'; readonly group: string; readonly number: number }
  | { readonly kind: 'role-of'; readonly role: string; readonly number: number | null; readonly of: string };

/** Group words that every experiment must resolve. */
export const GROUPS = { servers: 'servers', brokers: 'brokers', all: 'all' } as const;

const ANY = /^any (\S+) #(\d{1,9})$/;
const ROLE_OF = /^(\S+)(?: #(\d{1,9}))? of (\S+)$/;
const NAME = /^(?:(?:broker|client|host) )?(\S+)$/;

/** Returns null when the text has none of the forms above. */
export function parseTarget(text: string): Target | null {
  const any = ANY.exec(text);
  if (any !== null) return { kind: 'any', group: any[1]!, number: Number(any[2]) };
  const role = ROLE_OF.exec(text);
  if (role !== null) {
    return {
      kind: 'role-of',
      role: role[1]!,
      number: role[2] === undefined ? null : Number(role[2]),
      of: role[3]!,
    };
  }
  const name = NAME.exec(text);
  return name === null ? null : { kind: 'name', name: name[1]! };
}

/** The host at index `number` modulo the length of the list; null when the list is empty. */
export function pickRound(hosts: readonly string[], number: number): string | null {
  return hosts.length === 0 ? null : hosts[number % hosts.length]!;
}
