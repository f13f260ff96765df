package query_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

var errNoState = errors.New("nothing is live")

// memory is the state of one partition that lives in a test: a Reader, fed by the aggregate's machine.
type memory struct {
	t       testing.TB
	machine *aggregate.Machine

	mu   sync.Mutex
	rows map[string]map[string][]byte
	meta state.Meta
	fail error // what Cut answers instead
	hang bool  // no cut comes to an end by itself
	cuts int
}

func newMemory(t testing.TB, c config.Config) *memory {
	t.Helper()
	layouts, err := c.Layouts()
	if err != nil {
		t.Fatal(err)
	}
	return &memory{
		t: t, machine: aggregate.New(layouts, aggregate.Options{}), rows: map[string]map[string][]byte{},
		meta: state.Meta{Definition: c.Identity(), LastOffset: -1},
	}
}

// Building is that nothing is built.
func (m *memory) Building(context.Context, int) (state.Meta, bool, error) {
	return state.Meta{}, false, nil
}

// Cut is the Reader.
func (m *memory) Cut(ctx context.Context, _ int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	if m.hang {
		<-ctx.Done()
		return state.Meta{}, nil, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cuts++
	if m.fail != nil {
		return state.Meta{}, nil, m.fail
	}
	rows := make([][]state.Row, len(reads))
	for i, r := range reads {
		for _, field := range r.Fields {
			rows[i] = append(rows[i], state.Row{Field: field, Value: m.rows[r.Key][field]})
		}
		if r.Fields == nil {
			for field, value := range m.rows[r.Key] {
				rows[i] = append(rows[i], state.Row{Field: field, Value: value})
			}
		}
	}
	return m.meta, rows, nil
}

// apply folds events of a tenant, in batches of one size, each a commit.
func (m *memory) apply(tenant string, batch int, events ...event.Event) {
	m.t.Helper()
	for part := range slices.Chunk(events, batch) {
		recs := make([]event.Record, len(part))
		for i := range part {
			if _, err := part[i].Validate(arrival, "EUR"); err != nil {
				m.t.Fatalf("event %s: %v", part[i].ID, err)
			}
			recs[i] = part[i].ToRecord(tenant)
			recs[i].Time = arrival
		}
		m.commit(recs)
	}
}

func (m *memory) commit(recs []event.Record) {
	m.t.Helper()
	m.give(m.machine.Begin(recs))
	var watermark int64
	for done := 0; done < len(recs); {
		p := m.machine.Apply(1 << 20)
		if len(p.Refused) > 0 {
			m.t.Fatalf("refused: %v", p.Refused[0].Err)
		}
		m.give(p.Missing)
		done += p.Applied
		watermark = max(watermark, p.Watermark)
	}
	for {
		changes, missing, err := m.machine.Changes()
		if err != nil {
			m.t.Fatal(err)
		}
		if len(missing) > 0 {
			m.give(missing)
			continue
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, c := range changes {
			m.write(c)
		}
		m.machine.Settle(true)
		m.meta.Offset += int64(len(recs))
		m.meta.LastOffset = m.meta.Offset - 1
		m.meta.AppliedAt, m.meta.Watermark = arrival, max(m.meta.Watermark, watermark)
		return
	}
}

func (m *memory) give(missing []state.Ref) {
	if len(missing) == 0 {
		return
	}
	values := make([][]byte, len(missing))
	for i, r := range missing {
		values[i] = m.rows[r.Key][r.Field]
	}
	if err := m.machine.Give(values); err != nil {
		m.t.Fatal(err)
	}
}

func (m *memory) write(c state.Change) {
	if m.rows[c.Key] == nil {
		m.rows[c.Key] = map[string][]byte{}
	}
	if c.Value == nil {
		delete(m.rows[c.Key], c.Field)
		return
	}
	m.rows[c.Key][c.Field] = bytes.Clone(c.Value)
}

// arrival is when all events of these tests came: on 2026-11-22 at 12:00 UTC.
var arrival = func() int64 {
	at, err := event.ParseInstant("2026-11-22T12:00:00Z")
	if err != nil {
		panic(err)
	}
	return int64(at)
}()

// batchFile reads a file of the shared fixture: a batch of CloudEvents.
func batchFile(t testing.TB, name string) []event.Event {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "test", "fixture", name))
	if err != nil {
		t.Fatal(err)
	}
	return batch(t, text)
}

func batch(t testing.TB, text []byte) []event.Event {
	t.Helper()
	parts, err := event.SplitBatch(text)
	if err != nil {
		t.Fatal(err)
	}
	events := make([]event.Event, len(parts))
	for i, part := range parts {
		if events[i], err = event.ParseStructured(part); err != nil {
			t.Fatal(err)
		}
	}
	return events
}
