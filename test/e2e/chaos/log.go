package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// trimLog lets Kafka delete events before they are applied. They are lost, and the partitions say so and stop.
func trimLog(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(1, 10_000, 2*time.Second); err != nil {
		return err
	}
	if err := r.applied(); err != nil {
		return err
	}
	a := r.weir.aggregators[0]
	if err := a.Stop(); err != nil {
		return err
	}
	before, err := standings(r.ctx, r.redis)
	if err != nil {
		return err
	}
	r.next(5_000, time.Second)
	if err := r.tr.Wait(); err != nil {
		return err
	}
	if err := r.expire(before); err != nil {
		return err
	}
	if err := a.launch(); err != nil {
		return err
	}
	// All its partitions stop, and then it ends.
	code, err := a.Wait(patience)
	if err != nil {
		return err
	}
	r.weir.aggregators = nil
	said, err := a.Printed()
	if err == nil && (code != 1 || strings.Count(said, "alarm=offset_below_log_start") != partitions) {
		err = fmt.Errorf("the aggregator ended with %d:\n%s", code, a.Tail())
	}
	if err != nil {
		return errors.Join(err, a.Close())
	}
	after, err := standings(r.ctx, r.redis)
	if err != nil {
		return err
	}
	for p := range after {
		if after[p].offset != before[p].offset {
			return fmt.Errorf("partition %d passed over what is missing: from %d to %d", p, before[p].offset, after[p].offset)
		}
	}
	r.inject("logs that were cut off before they were applied")
	r.Seen["acknowledged events that Kafka deleted, which are lost"] += r.tr.Counts().Acked
	r.all = r.all[:1]
	count := r.all[0].Counts()
	r.Sent, r.Acked, r.Repeated = count.Sent, count.Acked, count.Repeated
	return errors.Join(r.compare(), a.Close())
}

// expire gives the log a short retention until it begins behind the state, and an endless one again.
func (r *round) expire(before [partitions]standing) error {
	if err := stand.AlterTopic(r.ctx, r.kafka, eventsTopic, "retention.ms", "1000"); err != nil {
		return err
	}
	err := stand.Eventually(r.ctx, patience, "Kafka deletes what is old", func() error {
		request := &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{}}
		for p := range partitions {
			request.Topics[eventsTopic] = append(request.Topics[eventsTopic], kafka.FirstOffsetOf(p))
		}
		response, err := r.kafka.ListOffsets(r.ctx, request)
		if err != nil {
			return err
		}
		for _, p := range response.Topics[eventsTopic] {
			if p.FirstOffset <= before[p.Partition].offset {
				return fmt.Errorf("partition %d begins at %d", p.Partition, p.FirstOffset)
			}
		}
		return nil
	})
	return errors.Join(err, stand.AlterTopic(r.ctx, r.kafka, eventsTopic, "retention.ms", "-1"))
}

// growLog adds a partition to the log, which no state can follow: everybody waits, and nothing is written.
func growLog(r *round) error {
	return r.quietly(func() error {
		if err := r.applied(); err != nil {
			return err
		}
		if _, err := r.kafka.CreatePartitions(r.ctx, &kafka.CreatePartitionsRequest{
			Topics: []kafka.TopicPartitionsConfig{{Name: eventsTopic, Count: partitions + 1}},
		}); err != nil {
			return err
		}
		r.inject("partitions that were added to the log")
		return r.alarm("partition_count_changed")
	})
}
