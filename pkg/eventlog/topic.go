package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
)

// The topics of Weir.
const (
	Events     = "weir.events.v1"     // what happened: the truth, written by the ingestor alone
	Inbox      = "weir.inbox.v1"      // where upstream systems on Kafka write
	DeadLetter = "weir.deadletter.v1" // what was refused, with the reason
	Metrics    = "weir.metrics.v1"    // updates and corrections of metrics
)

// Forever is the retention of a topic that loses nothing.
const Forever = time.Duration(-1)

const month = 30 * 24 * time.Hour

// The configuration that Ensure sets and checks.
const (
	retentionTime  = "retention.ms"
	retentionBytes = "retention.bytes"
	cleanup        = "cleanup.policy"
	timestampType  = "message.timestamp.type"
	minReplicas    = "min.insync.replicas"
	maxBatch       = "max.message.bytes"

	endless       = "-1"
	byDeletion    = "delete"
	logAppendTime = "LogAppendTime"
)

// largestBatch is the max.message.bytes of topics that Ensure makes: an event of a mebibyte fits with its
// headers, and so does the letter that keeps a refused one.
const largestBatch = 4 << 20

// Topic is what a topic must be.
type Topic struct {
	Name       string
	Partitions int
	Retention  time.Duration // how long a record is kept at least; negative: for ever
}

// Topics are the topics of Weir, each with this number of partitions.
func Topics(partitions int) []Topic {
	return []Topic{
		{Name: Events, Partitions: partitions, Retention: Forever},
		{Name: Inbox, Partitions: partitions, Retention: month},
		{Name: DeadLetter, Partitions: partitions, Retention: month},
		{Name: Metrics, Partitions: partitions, Retention: month},
	}
}

// Ensure makes the topics that do not exist, with up to three replicas, all but one of which must
// confirm a record, and checks every one as the brokers tell it: ErrPartitionCount, ErrTimestampType
// where a record's time is not its arrival, ErrRetention where records may be lost that were to be
// kept for ever.
func (c *Client) Ensure(ctx context.Context, topics ...Topic) error {
	return c.retry(ctx, dialPatience, "ensure topics", func(ctx context.Context) error {
		if err := c.create(ctx, topics); err != nil {
			return err
		}
		return c.check(ctx, topics)
	})
}

// Check is Ensure of topics that exist: it makes none.
func (c *Client) Check(ctx context.Context, topics ...Topic) error {
	return c.retry(ctx, dialPatience, "check topics", func(ctx context.Context) error { return c.check(ctx, topics) })
}

func (c *Client) create(ctx context.Context, topics []Topic) error {
	metadata, err := c.kafka.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return err
	}
	exists := make(map[string]bool, len(metadata.Topics))
	for _, topic := range metadata.Topics {
		exists[topic.Name] = true
	}
	replicas := min(3, len(metadata.Brokers))
	request := &kafka.CreateTopicsRequest{}
	for _, topic := range topics {
		if !exists[topic.Name] {
			request.Topics = append(request.Topics, topic.config(replicas))
		}
	}
	if len(request.Topics) == 0 {
		return nil
	}
	response, err := c.kafka.CreateTopics(ctx, request)
	if err != nil {
		return err
	}
	for name, err := range response.Errors {
		if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	return nil
}

func (t Topic) config(replicas int) kafka.TopicConfig {
	return kafka.TopicConfig{
		Topic:             t.Name,
		NumPartitions:     t.Partitions,
		ReplicationFactor: replicas,
		ConfigEntries: []kafka.ConfigEntry{
			{ConfigName: retentionTime, ConfigValue: t.retention()},
			{ConfigName: retentionBytes, ConfigValue: endless},
			{ConfigName: cleanup, ConfigValue: byDeletion},
			{ConfigName: timestampType, ConfigValue: logAppendTime},
			{ConfigName: minReplicas, ConfigValue: strconv.Itoa(max(1, replicas-1))},
			{ConfigName: maxBatch, ConfigValue: strconv.Itoa(largestBatch)},
		},
	}
}

func (t Topic) retention() string {
	if t.Retention < 0 {
		return endless
	}
	return strconv.FormatInt(t.Retention.Milliseconds(), 10)
}

func (c *Client) check(ctx context.Context, topics []Topic) error {
	for _, topic := range topics {
		partitions, err := c.partitions(ctx, topic.Name)
		if err != nil {
			return err
		}
		config, err := c.describe(ctx, topic.Name)
		if err != nil {
			return err
		}
		if err := topic.check(partitions, config); err != nil {
			return err
		}
	}
	return nil
}

func (t Topic) check(partitions int, config map[string]string) error {
	if partitions != t.Partitions {
		return fmt.Errorf("%w: %s has %d, want %d", ErrPartitionCount, t.Name, partitions, t.Partitions)
	}
	if found := config[timestampType]; found != logAppendTime {
		return fmt.Errorf("%w: %s has %s=%s, want %s", ErrTimestampType, t.Name, timestampType, found, logAppendTime)
	}
	want := map[string]string{cleanup: byDeletion}
	if t.Retention < 0 {
		want[retentionTime], want[retentionBytes] = endless, endless
	}
	for _, name := range []string{cleanup, retentionTime, retentionBytes} {
		if value, checked := want[name]; checked && config[name] != value {
			return fmt.Errorf("%w: %s has %s=%s, want %s", ErrRetention, t.Name, name, config[name], value)
		}
	}
	return nil
}

// partitions is how many partitions a topic has, once every one has a leader.
func (c *Client) partitions(ctx context.Context, topic string) (int, error) {
	metadata, err := c.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return 0, err
	}
	if len(metadata.Topics) != 1 {
		return 0, fmt.Errorf("partitions of %s: %w", topic, kafka.UnknownTopicOrPartition)
	}
	if err := metadata.Topics[0].Error; err != nil {
		return 0, fmt.Errorf("partitions of %s: %w", topic, err)
	}
	for _, partition := range metadata.Topics[0].Partitions {
		if partition.Error != nil {
			return 0, fmt.Errorf("partition %d of %s: %w", partition.ID, topic, partition.Error)
		}
	}
	return len(metadata.Topics[0].Partitions), nil
}

// describe reads a topic's configuration as the brokers apply it, and remembers how large a batch it takes.
func (c *Client) describe(ctx context.Context, topic string) (map[string]string, error) {
	response, err := c.kafka.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{{
			ResourceType: kafka.ResourceTypeTopic,
			ResourceName: topic,
			ConfigNames:  []string{retentionTime, retentionBytes, cleanup, timestampType, maxBatch},
		}},
	})
	if err != nil {
		return nil, err
	}
	config := make(map[string]string)
	for _, resource := range response.Resources {
		if resource.Error != nil {
			return nil, fmt.Errorf("configuration of %s: %w", topic, resource.Error)
		}
		for _, entry := range resource.ConfigEntries {
			config[entry.ConfigName] = entry.ConfigValue
		}
	}
	limit, err := strconv.Atoi(config[maxBatch])
	if err != nil {
		return nil, fmt.Errorf("configuration of %s: %s: %w", topic, maxBatch, err)
	}
	c.mu.Lock()
	c.limits[topic] = limit
	c.mu.Unlock()
	return config, nil
}
