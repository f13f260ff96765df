// Package aggregate is the step: an event is folded into the entity that it names, what that entity
// tells others is passed on, and what all of them contribute is added to the cells. It is pure: the
// rows that it needs are given to it, and those that it changed are taken from it. It never waits,
// reads no clock, and knows nothing of Kafka, Redis or HTTP.
package aggregate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// Errors of records that are passed over.
var (
	// ErrTenant is returned for a record whose key is no tenant of the configuration.
	ErrTenant = errors.New("aggregate: the record's key is no tenant")
	// ErrPanic is returned for a record whose fold panicked; nothing of it was kept.
	ErrPanic = errors.New("aggregate: the fold of the record panicked")
)

// Options bound what a machine holds in memory, and say what it marks to be sent.
type Options struct {
	Entities int           // held; 0 for the default
	Cells    int           // held; 0 for the default
	Publish  *publish.Plan // of the partition; nil: nothing is marked to be sent
}

const (
	defaultEntities = 100_000
	defaultCells    = 500_000
)

// leastHeld is what a cache holds at least: more than one commit can touch, so that what was given for
// a commit is still held when it is made.
const leastHeld = 50_000

func size(asked, otherwise int) int {
	if asked == 0 {
		return otherwise
	}
	return max(asked, leastHeld)
}

// tenant is one company's layout.
type tenant struct {
	name   string
	number uint16
	layout *metric.Layout
	splits []split
	split  [][]uint16              // by group and rollup, its place in splits
	lists  [ledger.Gone + 1]string // the keys of the lists of deals, by status
	marks  *publish.Marks
}

// Counts are what a machine has done since it was made.
type Counts struct {
	CellUpdates int64 // vectors added to cells
	Duplicates  int64 // events that were there before
	Conflicts   int64 // events whose id was there before, with another body
}

// Machine is the step of one partition.
type Machine struct {
	tenants  map[string]*tenant
	entities *state.Cache[entityKey, *holding]
	cells    *cells
	step     step

	begun   []begun
	next    int                    // the first begun record that is not folded
	dirty   map[entityKey]*holding // that the commit under way changes
	rows    map[state.Ref][]byte   // of the deal index
	wanted  []entityKey            // heads that were named missing …
	asked   map[entityKey]bool     // … as a set
	partial entityKey              // the entity whose other rows were named missing
	lacking bool                   // cells were named missing
	clock   clock
	marked  []*publish.Marks // that the commit under way changes
	changes []state.Change   // room for those of a commit
	counts  Counts
}

// holding is an entity that is held, as it is, and where the commit under way changes it, as it was.
type holding struct {
	now, was *entity
}

// begun is a record that was taken, with what its headers say.
type begun struct {
	record  event.Record
	event   event.Event
	kind    event.Kind
	tenant  *tenant
	err     error
	folds   bool
	home    string // the subject of the entity that it is folded into
	other   string // and of a second one, if any
	payload any    // where the homes hang on it
	hour    int64  // of a tick; 0 for any other record
}

// New makes the machine of a partition for tenants with these layouts.
func New(layouts map[string]*metric.Layout, o Options) *Machine {
	m := &Machine{
		tenants:  map[string]*tenant{},
		entities: state.NewCache[entityKey, *holding](size(o.Entities, defaultEntities)),
		cells:    newCells(size(o.Cells, defaultCells)),
		dirty:    map[entityKey]*holding{},
		asked:    map[entityKey]bool{},
		rows:     map[state.Ref][]byte{},
	}
	m.step.machine = m
	m.step.spreader.names = &m.cells.names
	names := make([]string, 0, len(layouts))
	for name := range layouts {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		t := &tenant{name: name, number: uint16(i), layout: layouts[name]}
		t.splits, t.split = splitsOf(t.layout)
		if o.Publish != nil {
			t.marks = o.Publish.Marks(name)
		}
		for status := range t.lists {
			t.lists[status] = IndexKey(name, ledger.Status(status))
		}
		m.tenants[name] = t
	}
	return m
}

// Counts tells what the machine has done.
func (m *Machine) Counts() Counts {
	m.counts.CellUpdates = m.cells.updates
	return m.counts
}

// Begin takes records; see engine.Machine.
func (m *Machine) Begin(recs []event.Record) []state.Ref {
	m.begun = slices.Grow(m.begun[:0], len(recs))[:len(recs)]
	m.next = 0
	m.forgetWanted()
	for i := range recs {
		b := &m.begun[i]
		m.begin(b, recs[i])
		if b.folds {
			m.want(entityKey{b.tenant, b.home})
		}
		if b.other != "" {
			m.want(entityKey{b.tenant, b.other})
		}
	}
	return m.heads()
}

// begin reads a record's headers.
func (m *Machine) begin(b *begun, rec event.Record) {
	b.record, b.err, b.folds, b.home, b.other, b.payload, b.hour = rec, nil, false, "", "", nil, 0 // what the event holds is used again
	t, ok := m.tenants[string(rec.Key)]
	if !ok {
		if b.hour, ok = event.TickOf(&rec); ok {
			return
		}
		b.err = fmt.Errorf("%w: %q", ErrTenant, rec.Key)
		return
	}
	b.tenant = t
	if b.err = event.FromRecord(&rec, &b.event); b.err != nil {
		return
	}
	if b.kind, ok = event.KindOf(b.event.Type); !ok {
		b.err = &event.Refusal{Reason: event.UnknownType, Pointer: "/type", Detail: "the type must be one of the contract"}
		return
	}
	if b.folds = ledger.Folds(b.kind) && ledger.KindOf(b.event.Subject) != ledger.KindNone; !b.folds {
		return
	}
	if b.home = b.event.Subject; ledger.HomedByData(b.kind) {
		if b.payload, b.err = event.Decode(b.kind, b.event.Data); b.err != nil {
			b.folds = false
			return
		}
		b.home, b.other = ledger.Homes(b.event.Subject, b.payload)
	}
}

// want notes an entity that is not held, once.
func (m *Machine) want(k entityKey) {
	if _, held := m.lookup(k); !held && !m.asked[k] {
		m.wanted = append(m.wanted, k)
		m.asked[k] = true
	}
}

func (m *Machine) forgetWanted() {
	m.wanted = m.wanted[:0]
	clear(m.asked)
}

// lookup is an entity that is held.
func (m *Machine) lookup(k entityKey) (*holding, bool) {
	if h, ok := m.entities.Get(k); ok {
		return h, true
	}
	h, ok := m.dirty[k]
	return h, ok
}

// heads names the head rows of the wanted entities.
func (m *Machine) heads() []state.Ref {
	refs := make([]state.Ref, len(m.wanted))
	for i, k := range m.wanted {
		refs[i] = state.Ref{Key: k.rowKey(), Field: headField(k.subject)}
	}
	return refs
}

func (k entityKey) rowKey() string { return EntityKey(k.tenant.name, ledger.KindOf(k.subject)) }

// Give hands over rows; see engine.Machine.
func (m *Machine) Give(values [][]byte) error {
	switch {
	case m.clock.asked:
		return m.clock.give(values[0])
	case m.lacking:
		m.lacking = false
		return m.cells.give(values)
	case m.partial.tenant != nil:
		return m.giveRest(values)
	}
	for i, k := range m.wanted {
		e := &entity{}
		if values[i] != nil {
			var err error
			if e, err = parseHead(values[i]); err != nil {
				return err
			}
		}
		m.entities.Put(k, &holding{now: e})
	}
	m.forgetWanted()
	return nil
}

// giveRest completes an entity of which only the head was held.
func (m *Machine) giveRest(values [][]byte) error {
	k := m.partial
	m.partial = entityKey{}
	h, _ := m.lookup(k)
	e := h.now
	whole := &entity{sealed: slices.Clone(e.sealed), open: e.open, told: slices.Clone(e.told)}
	if err := whole.give(values); err != nil {
		return err
	}
	h.now = whole
	return nil
}

// whole reports whether all rows of an entity were given.
func (e *entity) whole() bool {
	return (len(e.sealed) == 0 || e.sealed[0] != "") && (len(e.told) == 0 || e.told[0].block != "")
}

// Apply folds records; see engine.Machine.
func (m *Machine) Apply(limit int) state.Progress {
	var p state.Progress
	for ; m.next < len(m.begun) && len(m.cells.touched)+len(m.dirty)+len(m.rows) < limit; m.next++ {
		b := &m.begun[m.next]
		switch {
		case b.err == nil && b.folds:
			b.err = m.step.run(b)
		case b.hour != 0:
			m.tick(b)
		}
		switch missing := m.missing(); {
		case len(missing) > 0:
			p.Missing = missing
			return p
		case b.err != nil:
			p.Refused = append(p.Refused, state.Refused{Record: b.record, Err: b.err})
		case b.hour == 0:
			p.Watermark = max(p.Watermark, b.event.Time)
		}
		p.Applied++
	}
	return p
}

// missing names what the last step wanted and did not find.
func (m *Machine) missing() []state.Ref {
	if m.clock.asked {
		return []state.Ref{publish.ClockRef}
	}
	if m.partial.tenant != nil {
		h, _ := m.lookup(m.partial)
		return h.now.rest(m.partial.rowKey(), m.partial.subject)
	}
	if len(m.wanted) > 0 {
		return m.heads()
	}
	return nil
}

// Changes lists what changed; see engine.Machine.
func (m *Machine) Changes() (changes []state.Change, missing []state.Ref, err error) {
	if missing = m.cells.missing(); len(missing) > 0 {
		m.lacking = true
		return nil, missing, nil
	}
	changes = m.changes[:0]
	for k, h := range m.dirty {
		changes = append(changes, h.now.changes(h.was, k.rowKey(), k.subject)...)
	}
	for ref, value := range m.rows {
		changes = append(changes, state.Change{Ref: ref, Value: value})
	}
	slices.SortFunc(changes, func(a, b state.Change) int { return strings.Compare(a.Key, b.Key) })
	m.changes = m.withMarks(m.cells.changes(changes))
	return m.changes, nil, nil
}

// Settle ends a commit; see engine.Machine.
func (m *Machine) Settle(kept bool) {
	for _, h := range m.dirty {
		h.was = nil
	}
	clear(m.dirty)
	clear(m.rows)
	m.unmark(kept)
	if kept {
		m.cells.settle()
		return
	}
	m.begun, m.next = m.begun[:0], 0
	m.forgetWanted()
	m.lacking, m.partial = false, entityKey{}
	m.entities.Clear()
	m.cells.forget()
}
