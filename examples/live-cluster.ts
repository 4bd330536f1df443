import { Kafka, logLevel } from 'kafkajs';
import { startCluster } from 'seismolog';

const cluster = await startCluster({
  brokers: 3,
  topics: { orders: { partitions: 1, replicationFactor: 3 } },
});
const brokers = cluster.bootstrapServers.split(',');
const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
await producer.connect();

// The leader restarts; the send is answered by the broker that leads next.
const fault = cluster.inject({ kind: 'clean-restart', target: 'leader of orders-0' });
const [stored] = await producer.send({ topic: 'orders', messages: [{ value: 'a' }] });
fault.heal();
console.log(stored?.topicName, fault.state().affected);

await producer.disconnect();
await cluster.close();
