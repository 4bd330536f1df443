import { describe, expect, it } from 'vitest';
import { ZERO_UUID } from '../protocol/schema/uuid.js';
import { type BenchOptions, ControllerBench } from '../testing/controller-bench.js';

interface Named {
  readonly name?: string;
  readonly topicId?: string;
}

const setUp = (options: BenchOptions = {}) => {
  const bench = new ControllerBench(options);
  bench.join(1, 2, 3);
  bench.createTopic('orders', [[1, 2]], { 'min.insync.replicas': '2' });
  bench.createTopic('audits', [[2, 3]]);
  return bench;
};

const remove = (bench: ControllerBench, topics: readonly Named[], topicNames: readonly string[] = []) =>
  bench
    .call('DeleteTopics', {
      topics: topics.map(
        ({ name = null, topicId = ZERO_UUID }: { name?: string | null; topicId?: string }) => ({
          name,
          topicId,
        }),
      ),
      topicNames,
      timeoutMs: 0,
    })
    .responses.map(({ name, errorCode }) => `${name} ${errorCode}`);

const topicsOf = (bench: ControllerBench) => [...bench.image().topics.keys()];
const idOf = (bench: ControllerBench, name: string) => bench.image().topics.get(name)?.topicId ?? '';

describe('DeleteTopics', () => {
  it('deletes by name, by id, and by the names of older versions, for good', () => {
    const bench = setUp();
    bench.createTopic('bills', [[1, 3]]);
    expect(remove(bench, [{ name: 'orders' }])).toEqual(['orders NONE']);
    expect(remove(bench, [{ topicId: idOf(bench, 'audits') }])).toEqual(['audits NONE']);
    expect(remove(bench, [], ['bills'])).toEqual(['bills NONE']);
    bench.restartController();
    expect(topicsOf(bench)).toEqual([]);
  });

  it('makes room for another topic of that name, with another id and none of the settings', () => {
    const bench = setUp();
    const before = idOf(bench, 'orders');
    remove(bench, [{ name: 'orders' }]);
    expect(bench.createTopic('orders', [[3, 1]])?.errorCode).toBe('NONE');
    expect(idOf(bench, 'orders')).not.toBe(before);
    expect([...bench.image().overrides(2, 'orders')]).toEqual([]);
    expect(bench.at('orders-0')).toBe('leader 3 epoch 0 isr 3,1');
    const late = bench.call('DeleteTopics', {
      topics: [{ name: null, topicId: before }],
      topicNames: [],
      timeoutMs: 0,
    });
    expect(late.responses[0]).toMatchObject({
      errorCode: 'UNKNOWN_TOPIC_ID',
      errorMessage: 'This server does not host this topic ID.',
    });
  });

  it('answers each topic as Kafka does, and deletes nothing that is named twice', () => {
    const bench = setUp();
    const orders = idOf(bench, 'orders');
    const unknown = 'unknownTopicIdAAAAAAAA';
    const cases: readonly [readonly Named[], readonly string[]][] = [
      [[{ name: 'nowhere' }], ['nowhere UNKNOWN_TOPIC_OR_PARTITION']],
      [[{ topicId: unknown }], ['null UNKNOWN_TOPIC_ID']],
      [[{}], ['null INVALID_REQUEST']],
      [[{ name: 'orders', topicId: orders }], ['orders INVALID_REQUEST']],
      [[{ name: 'orders' }, { name: 'orders' }], ['orders INVALID_REQUEST']],
      [[{ topicId: orders }, { topicId: orders }], ['null INVALID_REQUEST']],
      [
        [{ name: 'orders' }, { topicId: orders }],
        ['orders INVALID_REQUEST', 'orders INVALID_REQUEST'],
      ],
    ];
    for (const [named, answers] of cases) expect(remove(bench, named)).toEqual(answers);
    expect(topicsOf(bench)).toEqual(['orders', 'audits']);
    expect(remove(bench, [{ name: 'nowhere' }, { name: 'audits' }])).toEqual([
      'nowhere UNKNOWN_TOPIC_OR_PARTITION',
      'audits NONE',
    ]);
  });

  it('is refused for every topic where delete.topic.enable is false', () => {
    const bench = setUp({ config: { 'delete.topic.enable': 'false' } });
    expect(remove(bench, [{ name: 'orders' }], ['audits'])).toEqual([
      'audits TOPIC_DELETION_DISABLED',
      'orders TOPIC_DELETION_DISABLED',
    ]);
    expect(topicsOf(bench)).toEqual(['orders', 'audits']);
  });

  it('leaves no partition behind that a fenced broker would still change', () => {
    const bench = setUp();
    remove(bench, [{ name: 'orders' }]);
    bench.fence(2, 1, 3);
    expect(topicsOf(bench)).toEqual(['audits']);
    expect(bench.at('audits-0')).toBe('leader 3 epoch 1 isr 3');
  });
});
