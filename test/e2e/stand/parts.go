package stand

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
)

// Records reads a partition of a topic as it is now, all of it or nothing.
func Records(ctx context.Context, brokers []string, topic string, partition int) ([]kafka.Message, error) {
	leader, err := kafka.DialLeader(ctx, "tcp", brokers[0], topic, partition)
	if err != nil {
		return nil, err
	}
	defer func() { _ = leader.Close() }() // it was only read
	first, end, err := leader.ReadOffsets()
	if err != nil || first == end {
		return nil, err
	}
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: brokers, Topic: topic, Partition: partition, MaxBytes: 16 << 20, MaxWait: 100 * time.Millisecond,
	})
	defer func() { _ = reader.Close() }() // it was only read
	var records []kafka.Message
	for next := first; next < end; {
		m, err := reader.ReadMessage(ctx)
		if err != nil {
			return nil, fmt.Errorf("partition %d of %s, after %d records: %w", partition, topic, len(records), err)
		}
		records = append(records, m)
		next = m.Offset + 1
	}
	return records, nil
}

// AlterTopic changes a setting of a topic.
func AlterTopic(ctx context.Context, client *kafka.Client, topic, name, value string) error {
	_, err := client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: topic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: name, Value: value, ConfigOperation: kafka.ConfigOperationSet}},
		}},
	})
	return err
}

// FlipValues flips a bit of each value of the one key that matches a pattern.
func FlipValues(ctx context.Context, client *redis.Client, pattern string) error {
	keys, err := client.Keys(ctx, pattern).Result()
	if err != nil {
		return err
	}
	if len(keys) != 1 {
		return fmt.Errorf("%q match %s, want one", keys, pattern)
	}
	fields, err := client.HGetAll(ctx, keys[0]).Result()
	if err != nil {
		return err
	}
	for field, value := range fields {
		flipped := []byte(value)
		flipped[len(flipped)/2] ^= 1
		fields[field] = string(flipped)
	}
	return client.HSet(ctx, keys[0], fields).Err()
}
