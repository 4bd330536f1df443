/**
 * The placement of the replicas of a new topic (after org.apache.kafka.metadata.placement.StripedReplicaPlacer,
 * without racks). Leaders are assigned round the brokers from a random start. In each later round the followers shift
 * by one, so that brokers do not back each other up in fixed pairs. Fenced brokers are used only if there are too few
 * unfenced ones.
 */
import type { Random } from '../env.js';

export interface Placement {
  /** The id of the first one that is placed. */
  readonly firstPartition: number;
  readonly partitionsCount: number;
  readonly replicationFactor: number;
  /** In any order. Together at least `replicationFactor`; at least one unfenced broker. */
  readonly unfenced: readonly number[];
  readonly fenced: readonly number[];
}

/** The replicas of each partition, the preferred leader first. */
export function placeReplicas(placement: Placement, random: Random): readonly (readonly number[])[] {
  const unfenced = shuffle(placement.unfenced, random);
  const fenced = shuffle(placement.fenced, random);
  return Array.from({ length: placement.partitionsCount }, (_, added) => {
    const partitionId = placement.firstPartition + added;
    const round = Math.floor(partitionId / unfenced.length);
    const leader = partitionId % unfenced.length;
    const others = [...unfenced.slice(leader + 1), ...unfenced.slice(0, leader)];
    const shift = others.length === 0 ? 0 : round % others.length;
    const followers = [...others.slice(shift), ...others.slice(0, shift), ...fenced];
    return [unfenced[leader] ?? -1, ...followers].slice(0, placement.replicationFactor);
  });
}

function shuffle(brokers: readonly number[], random: Random): readonly number[] {
  const shuffled = [...brokers];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const chosen = random.nextInt(last + 1);
    const swapped = shuffled[chosen] ?? -1;
    shuffled[chosen] = shuffled[last] ?? -1;
    shuffled[last] = swapped;
  }
  return shuffled;
}
