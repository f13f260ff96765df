package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// onCluster takes the three brokers, and a new Redis.
func (r *round) onCluster() ([]*server, error) {
	brokers, err := r.parts.brokers(r.ctx)
	if err != nil {
		return nil, err
	}
	var addrs []string
	for _, b := range brokers {
		addrs = append(addrs, b.addr)
	}
	return brokers, r.on(strings.Join(addrs, ","))
}

// restartBrokers kills brokers or tells them to end, one after the other, and moves leaders.
func restartBrokers(r *round) error {
	brokers, err := r.onCluster()
	if err != nil {
		return err
	}
	if err := r.begin(2, 40_000, 60*time.Second); err != nil {
		return err
	}
	return r.throughout(100*time.Millisecond, time.Second, func() error {
		if err := r.restart(brokers[r.choose.IntN(len(brokers))]); err != nil {
			return err
		}
		for range 3 {
			if err := r.moment(100*time.Millisecond, time.Second); err != nil {
				return err
			}
			if err := r.moveLeaders(); err != nil {
				return err
			}
		}
		return nil
	})
}

// restart ends a broker, one way or the other, waits until the other two have taken over, and starts it again; then
// until all replicas are in sync, since without two of three nothing is acknowledged.
func (r *round) restart(b *server) error {
	kind, how := brokerKills, syscall.SIGKILL
	if r.choose.IntN(2) == 0 {
		kind, how = brokerRestarts, syscall.SIGTERM
	}
	if err := b.signal(how); err != nil {
		return err
	}
	r.inject(kind)
	ended := time.Now()
	if err := r.acknowledged(); err != nil {
		return err
	}
	if err := r.recovered(ended); err != nil {
		return err
	}
	if err := b.gone(r.ctx); err != nil {
		return err
	}
	if err := b.again(r.ctx); err != nil {
		return err
	}
	return r.inSync()
}

// acknowledged waits until one more batch of each tenant is, as far as there are more.
func (r *round) acknowledged() error {
	var before [partitions]int
	for sender := range before {
		_, before[sender] = r.tr.SumOf(sender)
	}
	return stand.Eventually(r.ctx, patience, "acknowledgements", func() error {
		for sender := range before {
			if _, batches := r.tr.SumOf(sender); batches <= before[sender] && batches < r.tr.Batches {
				return fmt.Errorf("none of %s", tenants[sender].name)
			}
		}
		return nil
	})
}

// leaders are those of the log's partitions, and how many replicas are in sync where fewest are.
func (r *round) leaders() (leaders map[int]int, least int, err error) {
	meta, err := r.kafka.Metadata(r.ctx, &kafka.MetadataRequest{Topics: []string{eventsTopic}})
	if err != nil {
		return nil, 0, err
	}
	leaders, least = map[int]int{}, len(meta.Brokers)
	for _, p := range meta.Topics[0].Partitions {
		if p.Error != nil {
			return nil, 0, p.Error
		}
		leaders[p.ID] = p.Leader.ID
		least = min(least, len(p.Isr))
	}
	if len(leaders) != partitions {
		return nil, 0, fmt.Errorf("%d partitions have a leader", len(leaders))
	}
	return leaders, least, nil
}

func (r *round) inSync() error {
	return stand.Eventually(r.ctx, patience, "all replicas in sync", func() error {
		_, least, err := r.leaders()
		if err == nil && least < 3 {
			err = fmt.Errorf("there are %d", least)
		}
		return err
	})
}

// moveLeaders puts the replicas of all partitions into another order, and lets the first of them be elected.
func (r *round) moveLeaders() error {
	before, _, err := r.leaders()
	if err != nil {
		return err
	}
	order := r.choose.Perm(3)
	request := &kafka.AlterPartitionReassignmentsRequest{Topic: eventsTopic, Timeout: 10 * time.Second}
	for p := range partitions {
		ids := []int{order[p%3] + 1, order[(p+1)%3] + 1, order[(p+2)%3] + 1}
		request.Assignments = append(request.Assignments, kafka.AlterPartitionReassignmentsRequestAssignment{PartitionID: p, BrokerIDs: ids})
	}
	if _, err := r.kafka.AlterPartitionReassignments(r.ctx, request); err != nil {
		return err
	}
	if _, err := r.kafka.ElectLeaders(r.ctx, &kafka.ElectLeadersRequest{
		Topic: eventsTopic, Partitions: slices.Sorted(maps.Keys(before)), Timeout: 10 * time.Second,
	}); err != nil {
		return err
	}
	return stand.Eventually(r.ctx, patience, "the leaders that were asked for", func() error {
		after, _, err := r.leaders()
		if err != nil {
			return err
		}
		moved := 0
		for p, leader := range after {
			if leader != request.Assignments[p].BrokerIDs[0] {
				return fmt.Errorf("partition %d is led by %d", p, leader)
			}
			if leader != before[p] {
				moved++
			}
		}
		if moved > 0 {
			r.inject(elections)
			r.Seen["leaders of partitions that were moved"] += moved
		}
		return nil
	})
}

// stopTwo stops two of three brokers: what is posted then must be refused, since one replica alone does not confirm.
func stopTwo(r *round) error {
	brokers, err := r.onCluster()
	if err != nil {
		return err
	}
	if err := r.begin(2, 30_000, 30*time.Second); err != nil {
		return err
	}
	return r.throughout(500*time.Millisecond, 3*time.Second, func() error {
		one := r.choose.IntN(len(brokers))
		for i, b := range brokers {
			if i != one {
				if err := b.kill(r.ctx); err != nil {
					return err
				}
			}
		}
		r.inject("losses of two of three brokers")
		if err := r.refused(); err != nil {
			return err
		}
		if err := bounded(r.weir.ingestor.Program); err != nil {
			return err
		}
		healed := time.Now()
		for i, b := range brokers {
			if i != one {
				if err := b.again(r.ctx); err != nil {
					return err
				}
			}
		}
		if err := r.recovered(healed); err != nil {
			return err
		}
		return r.inSync()
	})
}

// refused posts, while the log takes nothing, what is there already, and fails where that is acknowledged.
func (r *round) refused() error {
	events, _ := r.tr.Batch(0, 0)
	for range 3 {
		status, answer, err := r.ingest(0, stand.BatchType, encode(events), nil)
		if err != nil {
			return err
		}
		if status != http.StatusServiceUnavailable {
			return fmt.Errorf("where nothing can be written, the answer is %d, with %d accepted", status, answer.Accepted)
		}
		r.Seen["requests that were answered 503 meanwhile"]++
	}
	return nil
}
