"""kafka-python, unmodified."""
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic

from report import NotOffered, bootstrap_servers, capability, eventually, expect, expect_error, finish, prefix, roll_brokers

topic = f"{prefix}-python"
servers = bootstrap_servers.split(",")
partition = TopicPartition(topic, 0)
admin = KafkaAdminClient(bootstrap_servers=servers)
reader = KafkaConsumer(bootstrap_servers=servers)


def end():
    return reader.end_offsets([partition])[partition]


def send(settings, values):
    producer = KafkaProducer(bootstrap_servers=servers, max_block_ms=10_000, **settings)
    futures = [producer.send(topic, value, key=b"k", partition=0, headers=[("h", b"x")]) for value in values]
    producer.flush(20)
    for future in futures:
        future.get(20)
    producer.close()


def produce(**settings):
    before = eventually(end)
    try:
        send(settings, [b"v", b"w"])
    except (AssertionError, RuntimeError) as error:
        if "Libraries for" in str(error):
            raise NotOffered()
        raise
    eventually(lambda: expect("records in the log", end() - before, 2))


def create():
    admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=3)])
    time.sleep(0.3)
    expect("topics", topic in admin.list_topics(), True)


def consume():
    count = end()
    consumer = KafkaConsumer(bootstrap_servers=servers, consumer_timeout_ms=10_000)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    seen = 0
    for _ in consumer:
        seen += 1
        if seen == count:
            break
    expect("records read", seen, count)


def by_time():
    found = reader.offsets_for_times({partition: int(time.time() * 1000) - 3_600_000})
    expect("offset", found[partition].offset, 0)


def configs():
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"max.message.bytes": "20000"})])
    time.sleep(0.3)
    described = str(admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)]))
    expect("max.message.bytes", "20000" in described, True)


def delete_records():
    admin.delete_records({partition: 2})
    expect("low", reader.beginning_offsets([partition])[partition], 2)


def unknown():
    admin.delete_topics([f"{topic}-missing"])


def roll():
    producer = KafkaProducer(bootstrap_servers=servers, retries=20)
    roll_brokers()
    for index in range(40):
        producer.send(topic, f"r{index}".encode(), partition=0).get(25)
        time.sleep(0.05)


def delete():
    admin.delete_topics([topic])
    time.sleep(0.5)
    expect("topics", topic in admin.list_topics(), False)


capability("create topic", create)
capability("produce acks=all", lambda: produce(acks="all"))
capability("produce acks=1", lambda: produce(acks=1))
capability("produce acks=0", lambda: produce(acks=0))
for codec in ["gzip", "snappy", "lz4", "zstd"]:
    capability(f"produce {codec}", lambda: produce(compression_type=codec))
capability("produce idempotent", lambda: produce(enable_idempotence=True))
capability("consume", consume)
capability("offsets by time", by_time)
capability("describe and alter configs", configs)
capability("describe cluster", lambda: expect("brokers", len(admin.describe_cluster()["brokers"]), 3))
capability("create partitions", lambda: admin.create_partitions({topic: NewPartitions(3)}))
capability("delete records", delete_records)
capability("error: unknown topic", lambda: expect_error(["UnknownTopic"], unknown))
capability("error: too large", lambda: eventually(lambda: expect_error(["TooLarge"], lambda: send({}, [b"v" * 30_000]))))
capability("reconnect while brokers are rolled", roll)
capability("delete topic", delete)
finish()
