/**
 * The actions of an operator, by their names in fault plans. Every action declares its kind of target and its
 * arguments, so a plan with any other is refused before the run starts.
 */
import type { ClusterAction, JsonValue } from '../../harness/faults/fault.js';
import { nearest } from '../../harness/faults/nearest.js';
import type { ActionObjection } from '../../harness/faults/plan-names.js';

/** `count`: an integer from 1 to 2^31 - 1. */
type ArgumentType = 'count';

interface ActionDeclaration {
  readonly target: 'partition' | 'topic';
  readonly required: Readonly<Record<string, ArgumentType>>;
}

const DECLARATIONS = {
  /** ElectLeaders with election type PREFERRED. */
  'preferred-election': { target: 'partition', required: {} },
  /** ElectLeaders with election type UNCLEAN. */
  'unclean-election': { target: 'partition', required: {} },
  /** CreatePartitions: `count` is the number of partitions that the topic has afterwards. */
  'create-partitions': { target: 'topic', required: { count: 'count' } },
  /** DeleteRecords at the leader: of the records that consumers may read, the newest `keep` stay. */
  'delete-records': { target: 'partition', required: { keep: 'count' } },
  /** DeleteTopics. The operator creates the topic again at the end of the safety phase at the latest. */
  'delete-topic': { target: 'topic', required: {} },
  /** CreateTopics with the settings that the scenario gives the topic. */
  'create-topic': { target: 'topic', required: {} },
} as const satisfies Readonly<Record<string, ActionDeclaration>>;

export type AdminActionName = keyof typeof DECLARATIONS;

const ACTIONS: ReadonlyMap<string, ActionDeclaration> = new Map(Object.entries(DECLARATIONS));

export const ADMIN_ACTIONS: readonly string[] = [...ACTIONS.keys()];

export interface ActionTargets {
  readonly topics: readonly string[];
  readonly partitions: readonly string[];
}

/** Null: the action can be asked of the cluster. */
export function rejectAdminAction(action: ClusterAction, targets: ActionTargets): ActionObjection | null {
  const declaration = ACTIONS.get(action.name);
  if (declaration === undefined)
    return { place: 'name', reason: `no action "${action.name}"; ${hint(action.name, ADMIN_ACTIONS)}` };
  const { target } = declaration;
  const known = target === 'topic' ? targets.topics : targets.partitions;
  if (!known.includes(action.target))
    return { place: 'target', reason: `no ${target} "${action.target}"; ${target}s are ${known.join(', ')}` };
  return rejectArguments(action, declaration.required);
}

function rejectArguments(
  { name, args = {} }: ClusterAction,
  required: Readonly<Record<string, ArgumentType>>,
): ActionObjection | null {
  const names = Object.keys(required);
  for (const given of Object.keys(args)) {
    if (Object.hasOwn(required, given)) continue;
    const known = names.length === 0 ? `${name} has none` : hint(given, names);
    return { place: `args.${given}`, reason: `no argument "${given}"; ${known}` };
  }
  for (const argument of names) {
    const value = args[argument];
    if (value === undefined) return { place: `args.${argument}`, reason: `is missing; ${name} needs it` };
    const count = countOf(value);
    if (count === null)
      return {
        place: `args.${argument}`,
        reason: `must be an integer from 1 to ${INT32_MAX}, not ${JSON.stringify(value)}`,
      };
  }
  return null;
}

const INT32_MAX = 2_147_483_647;

/** Null when the value is no count. */
export function countOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= INT32_MAX
    ? value
    : null;
}

function hint(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
}
