// franz-go, unmodified: the same capabilities as the other client scripts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	servers = strings.Split(os.Getenv("BOOTSTRAP_SERVERS"), ",")
	topic   = os.Getenv("TOPIC_PREFIX") + "-franz"
	stdin   = bufio.NewReader(os.Stdin)
)

func capability(name string, attempt func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	line := map[string]string{"capability": name, "outcome": "passed"}
	if err := attempt(ctx); err != nil {
		line["outcome"] = "failed"
		line["detail"] = err.Error()
	}
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

func expect[T comparable](what string, actual, expected T) error {
	if actual != expected {
		return fmt.Errorf("%s: %v instead of %v", what, actual, expected)
	}
	return nil
}

func client(options ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(servers...),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
	}, options...)...)
	if err != nil {
		panic(err)
	}
	return made
}

func end(ctx context.Context, admin *kadm.Client) int64 {
	offsets, err := admin.ListEndOffsets(ctx, topic)
	if err != nil {
		return -1
	}
	found, _ := offsets.Lookup(topic, 0)
	return found.Offset
}

func send(ctx context.Context, producer *kgo.Client, values ...string) error {
	var records []*kgo.Record
	for _, value := range values {
		headers := []kgo.RecordHeader{{Key: "h", Value: []byte("x")}}
		records = append(records, &kgo.Record{Topic: topic, Key: []byte("k"), Value: []byte(value), Headers: headers})
	}
	return producer.ProduceSync(ctx, records...).FirstErr()
}

// A broker learns settings from the metadata log, and a record that was sent with acks=1 or acks=0 is readable when the followers have it.
func eventually(check func() error) error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := check()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func produce(ctx context.Context, admin *kadm.Client, options ...kgo.Opt) error {
	before := end(ctx, admin)
	producer := client(options...)
	defer producer.Close()
	if err := send(ctx, producer, "v", "w"); err != nil {
		return err
	}
	return eventually(func() error { return expect("records in the log", end(ctx, admin)-before, 2) })
}

func main() {
	own := client()
	admin := kadm.NewClient(own)
	capability("create topic", func(ctx context.Context) error {
		created, err := admin.CreateTopic(ctx, 1, 3, nil, topic)
		return errors.Join(err, created.Err)
	})
	notIdempotent := kgo.DisableIdempotentWrite()
	capability("produce acks=all", func(ctx context.Context) error {
		return produce(ctx, admin, kgo.RequiredAcks(kgo.AllISRAcks()), notIdempotent)
	})
	capability("produce acks=1", func(ctx context.Context) error {
		return produce(ctx, admin, kgo.RequiredAcks(kgo.LeaderAck()), notIdempotent)
	})
	capability("produce acks=0", func(ctx context.Context) error {
		return produce(ctx, admin, kgo.RequiredAcks(kgo.NoAck()), notIdempotent)
	})
	codecs := map[string]kgo.CompressionCodec{
		"gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	for _, name := range []string{"gzip", "snappy", "lz4", "zstd"} {
		capability("produce "+name, func(ctx context.Context) error {
			return produce(ctx, admin, kgo.ProducerBatchCompression(codecs[name]))
		})
	}
	capability("produce idempotent", func(ctx context.Context) error { return produce(ctx, admin) })
	capability("consume", func(ctx context.Context) error { return consume(ctx, admin) })
	capability("offsets by time", func(ctx context.Context) error {
		offsets, err := admin.ListOffsetsAfterMilli(ctx, time.Now().Add(-time.Hour).UnixMilli(), topic)
		found, _ := offsets.Lookup(topic, 0)
		return errors.Join(err, found.Err, expect("offset", found.Offset, 0))
	})
	capability("describe and alter configs", func(ctx context.Context) error { return configs(ctx, admin) })
	capability("describe cluster", func(ctx context.Context) error {
		metadata, err := admin.BrokerMetadata(ctx)
		return errors.Join(err, expect("brokers", len(metadata.Brokers), 3))
	})
	capability("create partitions", func(ctx context.Context) error {
		_, err := admin.UpdatePartitions(ctx, 3, topic)
		return err
	})
	capability("delete records", func(ctx context.Context) error {
		offsets := kadm.Offsets{}
		offsets.AddOffset(topic, 0, 2, -1)
		deleted, err := admin.DeleteRecords(ctx, offsets)
		found, _ := deleted.Lookup(topic, 0)
		return errors.Join(err, found.Err, expect("low", found.LowWatermark, 2))
	})
	capability("error: unknown topic", func(ctx context.Context) error {
		deleted, err := admin.DeleteTopics(ctx, topic+"-missing")
		if errors.Is(deleted[topic+"-missing"].Err, kerr.UnknownTopicOrPartition) {
			return nil
		}
		return fmt.Errorf("another error: %v %v", err, deleted)
	})
	capability("error: too large", func(ctx context.Context) error {
		producer := client(kgo.ProducerBatchCompression(kgo.NoCompression()))
		defer producer.Close()
		return eventually(func() error {
			err := send(ctx, producer, strings.Repeat("v", 30000))
			if errors.Is(err, kerr.MessageTooLarge) {
				return nil
			}
			return fmt.Errorf("another error: %v", err)
		})
	})
	capability("reconnect while brokers are rolled", roll)
	capability("delete topic", func(ctx context.Context) error {
		_, err := admin.DeleteTopics(ctx, topic)
		time.Sleep(500 * time.Millisecond)
		topics, listing := admin.ListTopics(ctx)
		return errors.Join(err, listing, expect("topics", topics.Has(topic), false))
	})
}

func consume(ctx context.Context, admin *kadm.Client) error {
	count := end(ctx, admin)
	start := map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtStart()}}
	consumer := client(kgo.ConsumePartitions(start))
	defer consumer.Close()
	for seen := int64(0); seen < count; {
		fetches := consumer.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		seen += int64(fetches.NumRecords())
	}
	return nil
}

func configs(ctx context.Context, admin *kadm.Client) error {
	value := "20000"
	_, err := admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "max.message.bytes", Value: &value}}, topic)
	if err != nil {
		return err
	}
	time.Sleep(300 * time.Millisecond)
	described, err := admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return err
	}
	for _, resource := range described {
		for _, config := range resource.Configs {
			if config.Key == "max.message.bytes" && config.MaybeValue() == value {
				return nil
			}
		}
	}
	return fmt.Errorf("max.message.bytes is not %s: %v", value, described)
}

func roll(ctx context.Context) error {
	producer := client()
	defer producer.Close()
	fmt.Println(`{"request":"roll"}`)
	if _, err := stdin.ReadString('\n'); err != nil {
		return err
	}
	for index := 0; index < 40; index++ {
		if err := send(ctx, producer, fmt.Sprintf("r%d", index)); err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}
