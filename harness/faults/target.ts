/**
 * The grammar of targets: text in a plan that names hosts at the moment the fault fires, so a plan survives changes
 * of the code and of timing.
 *
 *   b2                       the host of that name (`broker b2`, `client p1` say the same)
 *   any broker #3            number 3, counted round, among the hosts of that group that the experiment offers
 *   leader of orders-0       whatever the experiment's parts are called
 *   follower #1 of orders-0  number 1, counted round, of the others
 *   controller               a role
 *   servers, brokers, all    groups; `servers` is what `bridge` and `ring` are made of
 *
 * The experiment gives the words their meaning (`Experiment.resolveTarget`); this file only takes them apart.
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

/** Null when the text is none of the forms above. */
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

/** Number `number`, counted round; null from an empty list. */
export function pickRound(hosts: readonly string[], number: number): string | null {
  return hosts.length === 0 ? null : hosts[number % hosts.length]!;
}
