package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// The topics of Weir.
const (
	eventsTopic     = "weir.events.v1"
	deadLetterTopic = "weir.deadletter.v1"
)

// standing is how far the state of a partition is, as its meta in Redis says.
type standing struct {
	offset int64 // after the last record that is in the state; 0 where there is no state
	epoch  int64 // raised by each claim
}

// standings are those of all partitions, read from a Redis.
func standings(ctx context.Context, client *redis.Client) (all [partitions]standing, err error) {
	for p := range all {
		home := fmt.Sprintf("weir:{%d}:", p)
		live, err := client.HGet(ctx, home+"meta", "live").Result()
		if errors.Is(err, redis.Nil) {
			continue
		}
		if err != nil {
			return all, err
		}
		values, err := client.HMGet(ctx, home+live+":meta", "offset", "epoch").Result()
		if err != nil {
			return all, err
		}
		for i, to := range []*int64{&all[p].offset, &all[p].epoch} {
			text, _ := values[i].(string)
			if *to, err = strconv.ParseInt(text, 10, 64); err != nil {
				return all, fmt.Errorf("meta of partition %d: %w", p, err)
			}
		}
	}
	return all, nil
}

// openRedis is a client of a Redis at host:port.
func openRedis(addr string) *redis.Client {
	return redis.NewClient(&redis.Options{Addr: addr, Protocol: 2})
}

// openKafka is a client of brokers, with commas between them.
func openKafka(brokers string) *kafka.Client {
	return &kafka.Client{
		Addr: kafka.TCP(strings.Split(brokers, ",")...), Timeout: 10 * time.Second,
		Transport: &kafka.Transport{MetadataTTL: 500 * time.Millisecond},
	}
}

// ends are the offsets at which the partitions of the log end.
func ends(ctx context.Context, client *kafka.Client) (all [partitions]int64, err error) {
	request := &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{}}
	for p := range all {
		request.Topics[eventsTopic] = append(request.Topics[eventsTopic], kafka.LastOffsetOf(p))
	}
	response, err := client.ListOffsets(ctx, request)
	if err != nil {
		return all, err
	}
	for _, p := range response.Topics[eventsTopic] {
		if p.Error != nil {
			return all, p.Error
		}
		all[p.Partition] = p.LastOffset
	}
	return all, nil
}

// wipe deletes Weir's topics, and waits until they are gone.
func wipe(ctx context.Context, client *kafka.Client) error {
	for deadline := time.Now().Add(patience); ; {
		meta, err := client.Metadata(ctx, &kafka.MetadataRequest{})
		if err != nil {
			return err
		}
		var found []string
		for _, topic := range meta.Topics {
			if strings.HasPrefix(topic.Name, "weir.") {
				found = append(found, topic.Name)
			}
		}
		if len(found) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("there are still %v", found)
		}
		if _, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: found}); err != nil {
			return err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// records hands over what a topic holds now, partition by partition.
func records(ctx context.Context, brokers, topic string, each func(kafka.Message)) error {
	for p := range partitions {
		all, err := stand.Records(ctx, strings.Split(brokers, ","), topic, p)
		if err != nil {
			return err
		}
		for _, m := range all {
			each(m)
		}
	}
	return nil
}

// pause waits, or fails when ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
