import { describe, expect, it } from 'vitest';
import { ControllerState } from '../controller/controller-state.js';
import { type MetadataRecord, metadataRecord } from '../protocol/metadata-records.js';
import { controllerRules } from '../rules/controller/index.js';
import { describeImage } from '../testing/describe-image.js';

const OPTIONS = { rules: controllerRules, nodeId: 1, topicDefaults: {} };

/** A topic of one partition, with a setting of its own. */
const topic = (name: string, topicId: string, leader: number): readonly MetadataRecord[] => [
  { type: 'TopicRecord', name, topicId },
  {
    type: 'ConfigRecord',
    resourceType: 2,
    resourceName: name,
    name: 'min.insync.replicas',
    value: `${leader}`,
  },
  metadataRecord('PartitionRecord', {
    topicId,
    partitionId: 0,
    replicas: [1, 2],
    isr: [1, 2],
    leader,
    leaderEpoch: 0,
    partitionEpoch: 0,
  }),
];

const removal = (topicId: string): readonly MetadataRecord[] => [{ type: 'RemoveTopicRecord', topicId }];

function replayed(...batches: readonly (readonly MetadataRecord[])[]) {
  const state = new ControllerState(OPTIONS);
  const apply = (records: readonly MetadataRecord[]) =>
    state.replay([{ baseOffset: state.image.endOffset, leaderEpoch: 1, records }]);
  return { state, apply, deltas: batches.map(apply) };
}

describe('a topic that is removed', () => {
  it('is gone by name and by id, with its partitions and settings, and the delta says so', () => {
    const { state, deltas } = replayed(topic('orders', 'A', 1), topic('audits', 'B', 2), removal('A'));
    const { image, index } = state;
    expect([...image.topics.keys()]).toEqual(['audits']);
    expect(image.topicById('A')).toBeUndefined();
    expect(image.partition('orders', 0)).toBeUndefined();
    expect([...image.partitions.keys()]).toEqual(['audits-0']);
    expect([...image.overrides(2, 'orders')]).toEqual([]);
    expect(image.topicConfig('orders')['min.insync.replicas']).toBe(1);
    expect([...index.withInIsr(1)]).toEqual(['audits-0']);
    expect(index.hasLeaderships(1)).toBe(false);
    const delta = deltas[2]!;
    expect(delta.removedTopics.map(({ name, topicId }) => `${name} ${topicId}`)).toEqual(['orders A']);
    expect(delta.removedTopics[0]?.partitions.map(({ name }) => name)).toEqual(['orders-0']);
    expect(delta.partitions.size).toBe(0);
  });

  it('made again under its name in the same delta is removed and created: two topics, neither changed', () => {
    const change = metadataRecord('PartitionChangeRecord', { topicId: 'A', partitionId: 0, leader: 2 });
    const { state, apply } = replayed(topic('orders', 'A', 1));
    const delta = apply([change, ...removal('A'), ...topic('orders', 'C', 1)]);
    expect(delta.removedTopics.map(({ topicId }) => topicId)).toEqual(['A']);
    expect(delta.removedTopics[0]?.partitions[0]).toMatchObject({ leader: 1, leaderEpoch: 0 });
    expect(delta.createdTopics).toEqual(['orders']);
    expect(delta.partitions.get('orders-0')).toMatchObject({ previous: null, current: { leaderEpoch: 0 } });
    expect(state.image.topics.get('orders')?.topicId).toBe('C');
    expect(state.index.hasLeaderships(1)).toBe(true);
    expect(state.index.hasLeaderships(2)).toBe(false);
  });

  it('that the delta itself created leaves no trace in it', () => {
    const { state, apply } = replayed();
    const delta = apply([...topic('orders', 'A', 1), ...removal('A')]);
    expect([
      delta.createdTopics,
      delta.removedTopics,
      delta.partitions.size,
      delta.topicConfigs.size,
    ]).toEqual([[], [], 0, 0]);
    const { state: never } = replayed();
    expect({ ...describeImage(state.image), endOffset: 0 }).toEqual(describeImage(never.image));
  });

  it('was there: another removal, an id in use and a name in use belong to another log', () => {
    const { apply } = replayed(topic('orders', 'A', 1));
    expect(() => apply(removal('B'))).toThrow('no topic with id B');
    expect(() => apply(topic('audits', 'A', 1))).toThrow('topic id A is in use');
    expect(() => apply(topic('orders', 'B', 1))).toThrow('topic orders exists already');
  });
});
