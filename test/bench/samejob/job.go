package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// dealsKey is the group of a partition's deals.
const dealsKey = "deals"

// heldDeals is how many deals each half of the cache holds: more than one fetch can name.
const heldDeals = 100_000

// job is the step of one partition: it implements engine.Machine.
type job struct {
	deals   *state.Cache[string, *deal]
	wanted  []*deal // named missing last
	changed []*deal
	cells   cells
	names   names
	days    days

	event   event.Event
	begun   []begun
	next    int // the first begun record that is not applied
	buffer  []byte
	changes []state.Change
}

// begun is a record that was taken.
type begun struct {
	record event.Record
	said   said
	deal   *deal
	at     int64
	err    error
}

func newJob() *job {
	return &job{
		deals: state.NewCache[string, *deal](heldDeals),
		cells: cells{byName: map[string]*cell{}},
		names: names{held: map[string]string{}},
		days:  days{texts: map[event.Day]string{}},
	}
}

// Begin implements engine.Machine.
func (j *job) Begin(recs []event.Record) []state.Ref {
	j.begun = slices.Grow(j.begun[:0], len(recs))[:len(recs)]
	j.next, j.wanted = 0, j.wanted[:0]
	for i := range recs {
		b := &j.begun[i]
		b.record, b.deal = recs[i], nil
		if b.err = j.read(b); b.err == nil {
			b.deal = j.deal(j.event.Subject)
		}
	}
	refs := make([]state.Ref, len(j.wanted))
	for i, d := range j.wanted {
		refs[i] = state.Ref{Key: dealsKey, Field: d.subject}
	}
	return refs
}

// deal is the deal of a subject, which is wanted where it is not held.
func (j *job) deal(subject string) *deal {
	d, held := j.deals.Get(subject)
	if !held {
		d = &deal{subject: subject}
		j.wanted = append(j.wanted, d)
		j.deals.Put(subject, d)
	}
	return d
}

// read takes what the job needs from a record.
func (j *job) read(b *begun) error {
	e := &j.event
	if err := event.FromRecord(&b.record, e); err != nil {
		return err
	}
	kind, ok := event.KindOf(e.Type)
	if !ok {
		return fmt.Errorf("no kind of event: %s", e.Type)
	}
	payload, err := event.Decode(kind, e.Data)
	if err != nil {
		return err
	}
	b.at = e.Time
	b.said = said{kind: kind, id: xxhash.Sum64String(e.ID), day: event.Day(e.Time / (24 * time.Hour).Milliseconds())}
	s := &b.said
	switch p := payload.(type) {
	case *event.DealCreated:
		s.stage, s.owner = j.names.of(p.Stage), j.names.of(p.Owner.Value)
		s.cents, _, err = p.Amount.Value.Minor(2)
	case *event.DealStageChanged:
		s.stage = j.names.of(p.To)
	case *event.DealAmountChanged:
		s.cents, _, err = p.Amount.Minor(2)
	case *event.ActivityLogged:
		s.what = p.Kind
	case *event.DealLost:
		s.what = p.LossKind()
	}
	return err
}

// Give implements engine.Machine.
func (j *job) Give(values [][]byte) error {
	if len(j.cells.wanted) > 0 {
		return j.cells.give(values)
	}
	for i, d := range j.wanted {
		if values[i] == nil {
			continue
		}
		if err := d.decode(values[i], &j.names); err != nil {
			return fmt.Errorf("%s: %w", d.subject, err)
		}
	}
	j.wanted = j.wanted[:0]
	return nil
}

// Apply implements engine.Machine.
func (j *job) Apply(limit int) state.Progress {
	var p state.Progress
	for ; j.next < len(j.begun) && len(j.changed)+len(j.cells.changed) < limit; j.next++ {
		b := &j.begun[j.next]
		p.Applied++
		if b.err != nil {
			p.Refused = append(p.Refused, state.Refused{Record: b.record, Err: b.err})
			continue
		}
		p.Watermark = max(p.Watermark, b.at)
		if b.deal.apply(&b.said, &j.days, &j.cells) && !b.deal.changed {
			b.deal.changed = true
			j.changed = append(j.changed, b.deal)
		}
	}
	return p
}

// Changes implements engine.Machine.
func (j *job) Changes() ([]state.Change, []state.Ref, error) {
	if missing := j.cells.missing(); len(missing) > 0 {
		return nil, missing, nil
	}
	j.changes, j.buffer = j.changes[:0], j.buffer[:0]
	for _, d := range j.changed {
		j.change(dealsKey, d.subject, d.encode(j.buffer))
	}
	for _, c := range j.cells.changed {
		j.change(cellsKey, c.name, c.sum.encode(j.buffer))
	}
	return j.changes, nil, nil
}

// change notes a new value, which is the end of the grown buffer.
func (j *job) change(key, field string, grown []byte) {
	from := len(j.buffer)
	j.buffer = grown
	j.changes = append(j.changes, state.Change{Ref: state.Ref{Key: key, Field: field}, Value: grown[from:len(grown):len(grown)]})
}

// Settle implements engine.Machine.
func (j *job) Settle(kept bool) {
	for _, d := range j.changed {
		d.changed = false
	}
	j.changed, j.wanted = j.changed[:0], j.wanted[:0]
	j.cells.settle(kept)
	if !kept {
		j.begun, j.next = j.begun[:0], 0
		j.deals.Clear()
	}
}
