"""confluent-kafka (librdkafka) for Python, unmodified."""
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from report import bootstrap_servers, capability, eventually, expect, expect_error, finish, prefix, roll_brokers

topic = f"{prefix}-confluent"
base = {"bootstrap.servers": bootstrap_servers}
admin = AdminClient(base)


def result(futures):
    for future in futures.values():
        future.result(20)


def offset_at(spec):
    partition = TopicPartition(topic, 0)
    return admin.list_offsets({partition: spec})[partition].result(20).offset


def end():
    return offset_at(OffsetSpec.latest())


def send(producer, values, **options):
    errors = []
    for value in values:
        producer.produce(topic, value, on_delivery=lambda error, _: errors.append(error), **options)
    expect("records in flight", producer.flush(25), 0)
    for error in errors:
        if error is not None:
            raise RuntimeError(str(error))


def produce(**settings):
    before = eventually(end)
    config = {key.replace("_", "."): value for key, value in settings.items()}
    send(Producer({**base, **config}), ["v", "w"], partition=0, key="k", headers={"h": "x"})
    eventually(lambda: expect("records in the log", end() - before, 2))


def create():
    result(admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=3)]))
    expect("topics", topic in admin.list_topics(timeout=10).topics, True)


def consume():
    count = end()
    consumer = Consumer({**base, "group.id": f"{topic}-group", "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    for _ in range(count):
        message = consumer.poll(10)
        if message is None or message.error():
            raise RuntimeError(str(message and message.error()))
    consumer.close()


def configs():
    entry = ConfigEntry("max.message.bytes", "20000", incremental_operation=AlterConfigOpType.SET)
    result(admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])]))
    time.sleep(0.3)
    resource = ConfigResource(ResourceType.TOPIC, topic)
    described = admin.describe_configs([resource])[resource].result(20)
    expect("max.message.bytes", described["max.message.bytes"].value, "20000")


def roll():
    producer = Producer(base)
    roll_brokers()
    for index in range(40):
        send(producer, [f"r{index}"], partition=0)
        time.sleep(0.05)


def delete_records():
    result(admin.delete_records([TopicPartition(topic, 0, 2)]))
    expect("low", offset_at(OffsetSpec.earliest()), 2)


def delete():
    result(admin.delete_topics([topic]))
    time.sleep(0.5)
    expect("topics", topic in admin.list_topics(timeout=10).topics, False)


capability("create topic", create)
capability("produce acks=all", lambda: produce(acks="all"))
capability("produce acks=1", lambda: produce(acks="1"))
capability("produce acks=0", lambda: produce(acks="0"))
for codec in ["gzip", "snappy", "lz4", "zstd"]:
    capability(f"produce {codec}", lambda: produce(compression_type=codec))
capability("produce idempotent", lambda: produce(enable_idempotence=True))
capability("consume", consume)
capability("offsets by time", lambda: expect("offset", offset_at(OffsetSpec.for_timestamp(int(time.time() * 1000) - 3_600_000)), 0))
capability("describe and alter configs", configs)
capability("describe cluster", lambda: expect("brokers", len(admin.describe_cluster().result(20).nodes), 3))
capability("create partitions", lambda: result(admin.create_partitions([NewPartitions(topic, 3)])))
capability("delete records", delete_records)
capability("error: unknown topic", lambda: expect_error(["UNKNOWN_TOPIC"], lambda: result(admin.delete_topics([f"{topic}-missing"]))))
capability("error: too large", lambda: eventually(lambda: expect_error(["MSG_SIZE_TOO_LARGE", "too large"], lambda: send(Producer(base), ["v" * 30_000], partition=0))))
capability("reconnect while brokers are rolled", roll)
capability("delete topic", delete)
finish()
