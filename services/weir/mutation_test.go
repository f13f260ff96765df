package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// The mutants below are Weir without one of the things that keep its numbers right. Each stands in front of the real
// part.

// unfenced takes the store for its own and for where it left it, without looking.
type unfenced struct{ engine.Store }

func (u unfenced) Commit(ctx context.Context, p int, _ int64, next state.Meta, changes []state.Change) error {
	at, err := u.Meta(ctx, p)
	for err == nil && at.Epoch < next.Epoch {
		at, err = u.Claim(ctx, p)
	}
	if err != nil {
		return err
	}
	return u.Store.Commit(ctx, p, at.Offset, next, changes)
}

// offsetless commits rows and leaves the offset where it was.
type offsetless struct{ engine.Store }

func (o offsetless) Commit(ctx context.Context, p int, from int64, next state.Meta, changes []state.Change) error {
	at, err := o.Meta(ctx, p)
	if err != nil {
		return err
	}
	return o.Store.Commit(ctx, p, from, at, changes)
}

// rowless commits the offset, and its rows are lost.
type rowless struct{ engine.Store }

func (r rowless) Commit(ctx context.Context, p int, from int64, next state.Meta, _ []state.Change) error {
	return r.Store.Commit(ctx, p, from, next, nil)
}

// consumer is Weir as a plain consumer of Kafka: its offsets are the group's, committed after what it applied, and
// where the group stands it begins to read.
type consumer struct {
	engine.Store
	engine.Log
	offsets ingest.Log
}

const group = "weir"

func (c consumer) Commit(ctx context.Context, p int, from int64, next state.Meta, changes []state.Change) error {
	err := c.Store.Commit(ctx, p, from, next, changes)
	if err == nil {
		err = c.offsets.CommitOffset(ctx, group, eventlog.Events, p, next.Offset)
	}
	return err
}

func (c consumer) Fetch(ctx context.Context, p int, offset int64) (engine.Batch, error) {
	committed, err := c.offsets.CommittedOffsets(ctx, group, eventlog.Events)
	if err != nil {
		return engine.Batch{}, err
	}
	return c.Log.Fetch(ctx, p, max(offset, committed[p]))
}

// twice hands every record over twice, and the second time nothing knows it again.
type twice struct{ engine.Log }

func (d twice) Fetch(ctx context.Context, p int, offset int64) (engine.Batch, error) {
	b, err := d.Log.Fetch(ctx, p, offset)
	recs := b.Records
	b.Records = nil
	for _, rec := range recs {
		again := rec
		again.Headers = slices.Clone(rec.Headers)
		for i, h := range again.Headers {
			if h.Key == "ce_id" {
				again.Headers[i].Value = append(slices.Clone(h.Value), " again"...)
			}
		}
		b.Records = append(b.Records, rec, again)
	}
	return b, err
}

// silent sends nothing, and says that it did: what asked for it is cleared.
type silent struct{ engine.Output }

func (silent) Send(context.Context, int, []event.Record) error { return nil }

// unmarked commits all but what is to be sent.
type unmarked struct{ engine.Store }

func (u unmarked) Commit(ctx context.Context, p int, from int64, next state.Meta, changes []state.Change) error {
	changes = slices.DeleteFunc(slices.Clone(changes), func(c state.Change) bool { return c.Key == publish.MarksKey })
	return u.Store.Commit(ctx, p, from, next, changes)
}

// before does something before the next commit, once.
type before struct {
	engine.Store
	do func()
}

func (b *before) Commit(ctx context.Context, p int, from int64, next state.Meta, changes []state.Change) error {
	if b.do != nil {
		b.do()
		b.do = nil
	}
	return b.Store.Commit(ctx, p, from, next, changes)
}

// commit puts a store in the place of the process' own.
func (s *stand) commit(to engine.Store) { s.commits, s.runner.Store = to, to }

// read puts a log in the place of the process' own.
func (s *stand) read(from engine.Log) { s.reads, s.runner.Log = from, from }

func (s *stand) consume(m consumer) { s.commit(m); s.read(m) }

// mutation is Weir without one thing, from its third deal on.
type mutation struct {
	name   string
	mutate func(*stand)
	story  func(*stand)
	found  string // by the audit
}

func another(s *stand)     { s.post("C"); s.apply(false) }
func anotherSent(s *stand) { s.post("C"); s.apply(true) }

// failover is a Redis that loses its last commit just before the next one.
func failover(s *stand) {
	earlier := s.snapshot()
	s.post("C")
	s.apply(false)
	s.commit(&before{s.commits, func() { s.restore(earlier) }})
	s.post("D")
	s.apply(true)
}

// emptied is a Redis that comes back with nothing, under a process that starts again.
func emptied(s *stand) {
	s.post("C")
	s.apply(false)
	s.must(s.redis.FlushAll(s.t.Context()).Err())
	s.restart()
	s.post("D")
	s.apply(false)
}

const untold = "default deals_won/2024-Q1: publish: an update does not say what the cells do"

var mutations = []mutation{
	{
		"the offset is not compared", func(s *stand) { s.commit(unfenced{s.commits}) }, failover,
		"the log knows 4 entities with 12 facts, the store 3 with 9",
	},
	{
		"rows are committed without their offset", func(s *stand) { s.commit(offsetless{s.commits}) }, another,
		"the log knows 2 entities with 6 facts, the store 3 with 9",
	},
	{
		"the offset is committed without its rows", func(s *stand) { s.commit(rowless{s.commits}) }, another,
		"the log knows 3 entities with 9 facts, the store 2 with 6",
	},
	{
		"it starts from Kafka's offset", func(s *stand) { s.consume(consumer{s.commits, s.reads, s.log}) }, emptied,
		"the log knows 4 entities with 12 facts, the store 1 with 3",
	},
	{
		"a record is applied twice", func(s *stand) { s.read(twice{s.reads}) }, another,
		"the log knows 3 entities with 9 facts, the store 3 with 12",
	},
	{"what is sent is lost", func(s *stand) { s.sends = silent{s.sends} }, anotherSent, untold},
	{"what is to be sent is not committed", func(s *stand) { s.commit(unmarked{s.commits}) }, anotherSent, untold},
}

// TestTheAuditFindsWhatIsMissingOfTheProduct runs Weir on its real parts, once as it is and once without one of the
// things that keep its numbers right, through the same story. The audit must find nothing, and something.
func TestTheAuditFindsWhatIsMissingOfTheProduct(t *testing.T) {
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			for _, mutated := range []bool{false, true} {
				s := newStand(t)
				for _, deal := range []string{"A", "B"} {
					s.post(deal)
					s.apply(true)
				}
				if mutated {
					m.mutate(s)
				}
				m.story(s)
				out, err := s.audit(auditCmd{})
				if !mutated && (err != nil || !strings.Contains(out, ", 2 series, 0 different\n")) {
					t.Errorf("as it is: %v\n%s", err, out)
				}
				if mutated && (!errors.Is(err, errDiffers) || !strings.Contains(out, m.found)) {
					t.Errorf("mutated: %v\n%s", err, out)
				}
			}
		})
	}
}
