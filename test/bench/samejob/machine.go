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

// machine is the step of one partition: it implements engine.Machine.
type machine struct {
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

func newMachine() *machine {
	return &machine{
		deals: state.NewCache[string, *deal](heldDeals),
		cells: cells{byName: map[string]*cell{}},
		names: names{held: map[string]string{}},
		days:  days{texts: map[event.Day]string{}},
	}
}

// Begin implements engine.Machine.
func (m *machine) Begin(recs []event.Record) []state.Ref {
	m.begun = slices.Grow(m.begun[:0], len(recs))[:len(recs)]
	m.next, m.wanted = 0, m.wanted[:0]
	for i := range recs {
		b := &m.begun[i]
		b.record, b.deal = recs[i], nil
		if b.err = m.read(b); b.err == nil {
			b.deal = m.deal(m.event.Subject)
		}
	}
	refs := make([]state.Ref, len(m.wanted))
	for i, d := range m.wanted {
		refs[i] = state.Ref{Key: dealsKey, Field: d.subject}
	}
	return refs
}

// deal is the deal of a subject, which is wanted where it is not held.
func (m *machine) deal(subject string) *deal {
	d, held := m.deals.Get(subject)
	if !held {
		d = &deal{subject: subject}
		m.wanted = append(m.wanted, d)
		m.deals.Put(subject, d)
	}
	return d
}

// read takes what the job needs from a record.
func (m *machine) read(b *begun) error {
	e := &m.event
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
		s.stage, s.owner = m.names.of(p.Stage), m.names.of(p.Owner.Value)
		s.cents, _, err = p.Amount.Value.Minor(2)
	case *event.DealStageChanged:
		s.stage = m.names.of(p.To)
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
func (m *machine) Give(values [][]byte) error {
	if len(m.cells.wanted) > 0 {
		return m.cells.give(values)
	}
	for i, d := range m.wanted {
		if values[i] == nil {
			continue
		}
		if err := d.decode(values[i], &m.names); err != nil {
			return fmt.Errorf("%s: %w", d.subject, err)
		}
	}
	m.wanted = m.wanted[:0]
	return nil
}

// Apply implements engine.Machine.
func (m *machine) Apply(limit int) state.Progress {
	var p state.Progress
	for ; m.next < len(m.begun) && len(m.changed)+len(m.cells.changed) < limit; m.next++ {
		b := &m.begun[m.next]
		p.Applied++
		if b.err != nil {
			p.Refused = append(p.Refused, state.Refused{Record: b.record, Err: b.err})
			continue
		}
		p.Watermark = max(p.Watermark, b.at)
		if b.deal.apply(&b.said, &m.days, &m.cells) && !b.deal.changed {
			b.deal.changed = true
			m.changed = append(m.changed, b.deal)
		}
	}
	return p
}

// Changes implements engine.Machine.
func (m *machine) Changes() ([]state.Change, []state.Ref, error) {
	if missing := m.cells.missing(); len(missing) > 0 {
		return nil, missing, nil
	}
	m.changes, m.buffer = m.changes[:0], m.buffer[:0]
	for _, d := range m.changed {
		m.change(dealsKey, d.subject, d.encode(m.buffer))
	}
	for _, c := range m.cells.changed {
		m.change(cellsKey, c.name, c.sum.encode(m.buffer))
	}
	return m.changes, nil, nil
}

// change notes a new value, which is the end of the grown buffer.
func (m *machine) change(key, field string, grown []byte) {
	from := len(m.buffer)
	m.buffer = grown
	m.changes = append(m.changes, state.Change{Ref: state.Ref{Key: key, Field: field}, Value: grown[from:len(grown):len(grown)]})
}

// Settle implements engine.Machine.
func (m *machine) Settle(kept bool) {
	for _, d := range m.changed {
		d.changed = false
	}
	m.changed, m.wanted = m.changed[:0], m.wanted[:0]
	m.cells.settle(kept)
	if !kept {
		m.begun, m.next = m.begun[:0], 0
		m.deals.Clear()
	}
}
