package eventlog

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/segmentio/kafka-go"
)

// Bounds of a partition: the log holds the offsets from First up to, but without, End.
type Bounds struct {
	First, End int64
}

// None is the committed offset of a partition that has none.
const None = -1

// Bounds tells what the log holds of a topic, by partition.
func (c *Client) Bounds(ctx context.Context, topic string) ([]Bounds, error) {
	var bounds []Bounds
	err := c.retry(ctx, dialPatience, "bounds of "+topic, func(ctx context.Context) error {
		count, err := c.partitions(ctx, topic)
		if err != nil {
			return err
		}
		asked := make([]kafka.OffsetRequest, 0, 2*count)
		for partition := range count {
			asked = append(asked, kafka.FirstOffsetOf(partition), kafka.LastOffsetOf(partition))
		}
		response, err := c.kafka.ListOffsets(ctx, &kafka.ListOffsetsRequest{
			Topics: map[string][]kafka.OffsetRequest{topic: asked},
		})
		if err != nil {
			return err
		}
		bounds = make([]Bounds, count)
		for _, found := range response.Topics[topic] {
			if found.Error != nil {
				return fmt.Errorf("partition %d: %w", found.Partition, found.Error)
			}
			bounds[found.Partition] = Bounds{First: found.FirstOffset, End: found.LastOffset}
		}
		return nil
	})
	return bounds, err
}

// CommittedOffsets are the offsets that a group has committed for a topic, by partition: the next to
// read, or None. The brokers forget those of a group that commits nothing for a week (their
// offsets.retention.minutes).
func (c *Client) CommittedOffsets(ctx context.Context, group, topic string) ([]int64, error) {
	var offsets []int64
	err := c.retry(ctx, dialPatience, "committed offsets of "+group, func(ctx context.Context) error {
		count, err := c.partitions(ctx, topic)
		if err != nil {
			return err
		}
		asked := make([]int, count)
		for partition := range asked {
			asked[partition] = partition
		}
		response, err := c.kafka.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
			GroupID: group,
			Topics:  map[string][]int{topic: asked},
		})
		if err != nil {
			return err
		}
		offsets = slices.Repeat([]int64{None}, count)
		if response.Error != nil && !errors.Is(response.Error, kafka.GroupIdNotFound) {
			return response.Error
		}
		for _, found := range response.Topics[topic] {
			if found.Error != nil {
				return fmt.Errorf("partition %d: %w", found.Partition, found.Error)
			}
			offsets[found.Partition] = found.CommittedOffset
		}
		return nil
	})
	return offsets, err
}

// CommitOffset makes offset the next that a group reads of a partition. The group must have no members
// that Kafka knows of: Weir's readers commit on their own.
func (c *Client) CommitOffset(ctx context.Context, group, topic string, partition int, offset int64) error {
	return c.retry(ctx, dialPatience, "commit of "+group, func(ctx context.Context) error {
		response, err := c.kafka.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
			GroupID:      group,
			GenerationID: -1,
			Topics:       map[string][]kafka.OffsetCommit{topic: {{Partition: partition, Offset: offset}}},
		})
		if err != nil {
			return err
		}
		for _, answered := range response.Topics[topic] {
			if answered.Error != nil {
				return answered.Error
			}
		}
		return nil
	})
}
