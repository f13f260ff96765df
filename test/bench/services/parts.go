package services

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"weir.dev/weir/pkg/eventlog"
)

// RedisMemory is what a Redis has allocated, in bytes.
func RedisMemory(ctx context.Context, addr string) (int64, error) {
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer func() { _ = client.Close() }() // whatever it did is done
	info, err := client.Info(ctx, "memory").Result()
	if err != nil {
		return 0, err
	}
	for field := range strings.Lines(info) {
		if n, ok := strings.CutPrefix(field, "used_memory:"); ok {
			return strconv.ParseInt(strings.TrimSpace(n), 10, 64)
		}
	}
	return 0, fmt.Errorf("redis at %s does not tell its memory", addr)
}

// RemoveKeys removes keys of a Redis by what they begin with, whatever ended the run.
func RemoveKeys(addr, prefix string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer func() { _ = client.Close() }() // whatever it did is done
	keys := client.Scan(ctx, 0, prefix+"*", 1000).Iterator()
	for keys.Next(ctx) {
		if err := client.Unlink(ctx, keys.Val()).Err(); err != nil {
			return err
		}
	}
	return keys.Err()
}

// HoldsLog tells whether a Kafka holds Weir's log already: then it is not this run's.
func HoldsLog(ctx context.Context, addr string) (bool, error) {
	client := &kafka.Client{Addr: kafka.TCP(addr)}
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(metadata.Topics, func(t kafka.Topic) bool { return t.Name == eventlog.Events }), nil
}

// DeleteTopics removes topics, whatever ended the run.
func DeleteTopics(addr string, names ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := &kafka.Client{Addr: kafka.TCP(addr)}
	answer, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: names})
	if err != nil {
		return fmt.Errorf("delete topics: %w", err)
	}
	var all error
	for _, err := range answer.Errors {
		all = errors.Join(all, err)
	}
	return all
}

// RemoveAll removes what the services leave behind: their topics and keys.
func RemoveAll(kafkaAddr, redisAddr string) error {
	var topics []string
	for _, t := range eventlog.Topics(1) {
		topics = append(topics, t.Name)
	}
	return errors.Join(DeleteTopics(kafkaAddr, topics...), RemoveKeys(redisAddr, "weir:{"))
}
