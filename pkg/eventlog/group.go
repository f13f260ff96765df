package eventlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/pkg/engine"
)

// How quickly a group finds out that a member is gone. The session is the shortest that brokers allow by default.
const (
	sessionTimeout    = 6 * time.Second
	heartbeatInterval = time.Second
	rebalanceTimeout  = 30 * time.Second // how long a member may take to let go of its partitions
	joinBackoff       = 500 * time.Millisecond
)

// Group is a membership in a consumer group that shares the partitions of a topic. The group assigns, and
// nothing else: offsets are the store's, and so is the fence. It implements engine.Members.
type Group struct {
	group    *kafka.ConsumerGroup
	topic    string
	balancer *sticky
}

// Join joins a group of a topic. What it logs is only that joining fails; it tries again until it is closed.
func (c *Client) Join(name, topic string) (*Group, error) {
	balancer := &sticky{topic: topic}
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: name, Brokers: c.brokers, Topics: []string{topic}, GroupBalancers: []kafka.GroupBalancer{balancer},
		SessionTimeout: sessionTimeout, HeartbeatInterval: heartbeatInterval, RebalanceTimeout: rebalanceTimeout,
		JoinGroupBackoff: joinBackoff, StartOffset: kafka.FirstOffset,
		Dialer: &kafka.Dialer{ClientID: "weir", Timeout: requestTimeout},
	})
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", name, err)
	}
	return &Group{group: group, topic: topic, balancer: balancer}, nil
}

// Next waits until the group has assigned partitions to this member, maybe none, after the share that came
// before has ended. It fails when ctx ends.
func (g *Group) Next(ctx context.Context) (engine.Share, error) {
	for {
		generation, err := g.group.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return engine.Share{}, ctx.Err()
		case errors.Is(err, kafka.ErrGroupClosed):
			return engine.Share{}, ErrClosed
		case err != nil:
			continue // the group tries again by itself, and waits in between
		}
		share := engine.Share{Run: generation.Start, Shared: true}
		for _, a := range generation.Assignments[g.topic] {
			share.Partitions = append(share.Partitions, a.ID)
		}
		slices.Sort(share.Partitions)
		g.balancer.hold(share.Partitions)
		return share, nil
	}
}

// Close leaves the group, so that its partitions go to others at once.
func (g *Group) Close() error { return g.group.Close() }

// sticky assigns partitions evenly, and to whom held them before as far as that is even: what a member holds in
// memory of a partition is worth keeping.
type sticky struct {
	topic string
	held  atomic.Pointer[[]int]
}

// ProtocolName is the name under which the members of a group agree to assign like this.
func (s *sticky) ProtocolName() string { return "weir-sticky" }

// hold notes what this member was assigned.
func (s *sticky) hold(partitions []int) { s.held.Store(&partitions) }

// UserData tells the member that assigns what this one holds.
func (s *sticky) UserData() ([]byte, error) {
	if held := s.held.Load(); held != nil {
		return json.Marshal(*held)
	}
	return nil, nil
}

// AssignGroups is asked of one member, for all.
func (s *sticky) AssignGroups(members []kafka.GroupMember, partitions []kafka.Partition) kafka.GroupMemberAssignments {
	held := map[string][]int{}
	for _, m := range members {
		var list []int
		if json.Unmarshal(m.UserData, &list) == nil {
			held[m.ID] = list
		} else {
			held[m.ID] = nil
		}
	}
	var ids []int
	for _, p := range partitions {
		if p.Topic == s.topic {
			ids = append(ids, p.ID)
		}
	}
	out := kafka.GroupMemberAssignments{}
	for member, list := range assign(held, ids) {
		out[member] = map[string][]int{s.topic: list}
	}
	return out
}

// assign gives each member as many of the partitions as any other, or one more, and first those that it holds.
func assign(held map[string][]int, partitions []int) map[string][]int {
	var members []string
	for m := range held {
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b string) int { // those that hold more may keep one more
		if d := len(held[b]) - len(held[a]); d != 0 {
			return d
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	free := map[int]bool{}
	for _, p := range partitions {
		free[p] = true
	}
	out := map[string][]int{}
	room := func(i int) int {
		most := len(partitions) / len(members)
		if i < len(partitions)%len(members) {
			most++
		}
		return most - len(out[members[i]])
	}
	for i, m := range members {
		for _, p := range held[m] {
			if free[p] && room(i) > 0 {
				out[m], free[p] = append(out[m], p), false
			}
		}
	}
	next := 0
	for _, p := range partitions {
		if !free[p] {
			continue
		}
		for room(next) == 0 {
			next++
		}
		out[members[next]] = append(out[members[next]], p)
	}
	return out
}
