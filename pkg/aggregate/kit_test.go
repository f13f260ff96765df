package aggregate_test

import (
	"bytes"
	"fmt"
	"testing"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// partition is a machine over rows in memory.
type partition struct {
	t       testing.TB
	layouts map[string]*metric.Layout
	machine *aggregate.Machine
	rows    map[string]map[string][]byte
	refused []state.Refused
	took    []event.Record // and did not refuse
}

func newPartition(t testing.TB) *partition {
	t.Helper()
	layouts, err := config.Default().Layouts()
	if err != nil {
		t.Fatal(err)
	}
	return &partition{
		t: t, layouts: layouts, machine: aggregate.New(layouts, aggregate.Options{}), rows: map[string]map[string][]byte{},
	}
}

// restart is a new machine over the same rows.
func (p *partition) restart() { p.machine = aggregate.New(p.layouts, aggregate.Options{}) }

func (p *partition) give(missing []state.Ref) {
	p.t.Helper()
	if len(missing) == 0 {
		return
	}
	values := make([][]byte, len(missing))
	for i, r := range missing {
		if values[i] = p.rows[r.Key][r.Field]; r.Field == "" && len(p.rows[r.Key]) == 0 {
			values[i] = []byte{}
		}
	}
	if err := p.machine.Give(values); err != nil {
		p.t.Fatalf("give: %v", err)
	}
}

// fold folds records and commits them.
func (p *partition) fold(recs ...event.Record) {
	p.t.Helper()
	p.give(p.machine.Begin(recs))
	for done := 0; done < len(recs); {
		progress := p.machine.Apply(1 << 20)
		p.refused = append(p.refused, progress.Refused...)
		done += progress.Applied
		p.give(progress.Missing)
	}
	p.took = append(p.took, recs...)
	changes, missing, err := p.machine.Changes()
	for ; err == nil && len(missing) > 0; changes, missing, err = p.machine.Changes() {
		p.give(missing)
	}
	if err != nil {
		p.t.Fatalf("changes: %v", err)
	}
	for _, c := range changes {
		if p.rows[c.Key] == nil {
			p.rows[c.Key] = map[string][]byte{}
		}
		if c.Value == nil {
			delete(p.rows[c.Key], c.Field)
		} else {
			p.rows[c.Key][c.Field] = bytes.Clone(c.Value)
		}
	}
	p.machine.Settle(true)
}

// isRecomputed holds the cells against a plain recomputation from what was not refused.
func (p *partition) isRecomputed() {
	p.t.Helper()
	plain := audit.New(p.layouts)
	for _, rec := range p.took {
		if !p.refuses(rec) {
			plain.Add(rec)
		}
	}
	want, err := plain.Cells()
	if err != nil {
		p.t.Fatal(err)
	}
	got := audit.Rows{}
	for key, fields := range p.rows {
		if key[:2] == "c:" && len(fields) > 0 {
			got[key] = fields
		}
	}
	if n, differences := audit.Compare(want, got); len(differences) > 0 {
		p.t.Errorf("%d of %d cells are not what the log says: %v …", len(differences), n, differences[0])
	}
}

func (p *partition) refuses(rec event.Record) bool {
	for _, r := range p.refused {
		if r.Record.Offset == rec.Offset {
			return true
		}
	}
	return false
}

const start = int64(1_767_225_600_000) // 2026-01-01

// record is the n-th event of the default tenant, n hours into 2026.
func record(n int, kind, subject, data string) event.Record {
	e := event.Event{
		ID: fmt.Sprintf("e%06d", n), Source: "/test", Type: "dev.weir." + kind, Subject: subject,
		Time: start + int64(n)*3_600_000, Data: []byte(data),
	}
	e.RecordedTime = e.Time
	rec := e.ToRecord("default")
	rec.Offset, rec.Time = int64(n), start+int64(1000)*86_400_000
	return rec
}
