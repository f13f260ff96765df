package audit_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// stand is a log and a store that the audit reads.
type stand struct {
	recs   []event.Record
	end    int64 // of the log
	rows   memory
	offset int64
	grow   func(*stand) // what the live system does between two looks
}

func (s *stand) Fetch(_ context.Context, _ int, offset int64) (engine.Batch, error) {
	b := engine.Batch{End: s.end}
	if offset > s.end {
		return b, engine.ErrOutOfRange
	}
	for _, rec := range s.recs {
		if rec.Offset >= offset && rec.Offset < s.end && len(b.Records) < 3 {
			b.Records = append(b.Records, rec)
		}
	}
	return b, nil
}

func (s *stand) Keys(_ context.Context, _ int, prefix string) ([]string, error) {
	if s.grow != nil {
		s.grow(s)
	}
	var keys []string
	for key, fields := range s.rows {
		if strings.HasPrefix(key, prefix) && len(fields) > 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func (s *stand) Cut(_ context.Context, _ int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	out := make([][]state.Row, len(reads))
	for i, r := range reads {
		for field, value := range s.rows[r.Key] {
			out[i] = append(out[i], state.Row{Field: field, Value: value})
		}
	}
	return state.Meta{Offset: s.offset}, out, nil
}

func (s *stand) audit(t interface{ Context() context.Context }, layouts map[string]*metric.Layout) (audit.Result, error) {
	a := audit.Audit{Layouts: layouts, Log: s, Rows: s}
	return a.Partition(t.Context(), 0)
}

// story is the log of a few deals.
func story() []event.Record {
	var recs []event.Record
	for i, s := range []said{
		{kind: "deal.created", subject: "deal/A", data: `{"stage":"qualify","amount":100,"owner":"o1"}`},
		{kind: "deal.created", subject: "deal/B", data: `{"stage":"propose","amount":50,"owner":"o2","lead":"L"}`},
		{kind: "lead.captured", subject: "lead/L", data: `{"source":"web"}`},
		{kind: "deal.stage_changed", subject: "deal/A", data: `{"to":"propose"}`},
		{kind: "deal.won", subject: "deal/B", data: `{}`},
		{kind: "deal.amount_changed", subject: "deal/A", data: `{"amount":120}`, recorded: start + 8*24*hour},
		{kind: "activity.logged", subject: "deal/A", data: `{"kind":"call"}`},
	} {
		s.tenant, s.at = "berlin", start+int64(i-12)*24*hour // in March
		if s.recorded == 0 {
			s.recorded = s.at
		}
		recs = append(recs, s.record(i, int64(i)))
	}
	return recs
}

// aCell is the name of a cell of all deals won.
func aCell(rows memory) (key, field string) {
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if strings.HasPrefix(key, "c:berlin:outcomes:total:2026-03") {
			for _, field := range slices.Sorted(maps.Keys(rows[key])) {
				return key, field
			}
		}
	}
	panic("no deal was won")
}

// again folds records a second time: what is known of entities is from before, the cells are as they are.
func again(t *testing.T, layouts map[string]*metric.Layout, before, rows memory, recs []event.Record) {
	m := aggregate.New(layouts, aggregate.Options{})
	give := func(missing []state.Ref, from memory) {
		if len(missing) > 0 {
			if err := m.Give(from.read(missing)); err != nil {
				t.Fatal(err)
			}
		}
	}
	give(m.Begin(recs), before)
	for done := 0; done < len(recs); {
		p := m.Apply(1000)
		done += p.Applied
		give(p.Missing, before)
	}
	changes, missing, err := m.Changes()
	for ; err == nil && len(missing) > 0; changes, missing, err = m.Changes() {
		give(missing, rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows.write(changes)
}

func TestTheAuditFindsEveryKindOfDamage(t *testing.T) {
	kept := layouts(t)
	for _, c := range []struct {
		name  string
		harm  func(*stand)
		found string // in the differences; empty for none
	}{
		{"none", func(*stand) {}, ""},
		{"all entities of a kind are lost", func(s *stand) { delete(s.rows, "e:berlin:deal") }, "2 entities with 7 facts, the store 0 with 0"},
		{"an entity is lost", func(s *stand) { delete(s.rows["e:berlin:deal"], "deal/A") }, "2 entities with 7 facts, the store 1 with 3"},
		{"there are entities that the log does not know", func(s *stand) {
			s.rows["e:berlin:account"] = maps.Clone(s.rows["e:berlin:deal"])
		}, "0 entities with 0 facts, the store 2"},
		{"what an entity was told is lost", func(s *stand) {
			for field := range s.rows["e:berlin:deal"] {
				if strings.Contains(field, "<") {
					delete(s.rows["e:berlin:deal"], field)
				}
			}
		}, "the store holds what cannot be read"},
		{"a cell is lost", func(s *stand) {
			key, field := aCell(s.rows)
			delete(s.rows[key], field)
		}, "the store {[] "},
		{"a group of cells is lost", func(s *stand) {
			key, _ := aCell(s.rows)
			delete(s.rows, key)
		}, "the store {[] "},
		{"a cell is there that should not be", func(s *stand) {
			key, field := aCell(s.rows)
			s.rows["c:berlin:outcomes:total:2026-02"] = map[string][]byte{field: s.rows[key][field]}
		}, "the log says {[] "},
		{"a value changed", func(s *stand) {
			key, field := aCell(s.rows)
			var v metric.Content
			_ = v.Add(0, []metric.Measure{{Index: 0, Value: 7}}, 1)
			s.rows[key][field] = v.Append(nil)
		}, "{0 7}"},
		{"a value cannot be read", func(s *stand) {
			key, field := aCell(s.rows)
			s.rows[key][field] = []byte{0xff}
		}, "outcomes"},
		{"a batch was folded twice, since nobody looked at the offset", func(s *stand) {
			before := stream(t, kept, s.recs[:4], 10, 1000, 0)
			again(t, kept, before, s.rows, s.recs[4:])
		}, "{0 2}"}, // deal B is won twice
		{"a batch was left out", func(s *stand) {
			s.rows = stream(t, kept, slices.Concat(s.recs[:4], s.recs[5:]), 10, 1000, 0)
		}, "the store {[] "},
		{"rows were committed without their offset", func(s *stand) { s.offset = 4 }, "the log says {[] "},
		{"the offset was committed without its rows", func(s *stand) { s.rows = stream(t, kept, s.recs[:4], 10, 1000, 0) }, "the store {[] "},
		{"the log was made anew, as long as before", func(s *stand) {
			s.recs = slices.Clone(s.recs)
			slices.Reverse(s.recs[4:])
			for i := range s.recs {
				s.recs[i].Offset = int64(i)
			}
			s.recs[6] = s.recs[5]
			s.recs[6].Offset = 6
		}, "the log says {[] "},
	} {
		recs := story()
		s := &stand{recs: recs, end: int64(len(recs)), rows: stream(t, kept, recs, 10, 1000, 0), offset: int64(len(recs))}
		c.harm(s)
		r, err := s.audit(t, kept)
		if err != nil || r.Cells == 0 || r.Offset != s.offset || r.Events != int(s.offset) {
			t.Errorf("%s: %+v, %v", c.name, r, err)
		}
		if found := fmt.Sprint(r.Differences, r.Wrong); (r.Different() > 0) != (c.found != "") || !strings.Contains(found, c.found) {
			t.Errorf("%s: found %.500s", c.name, found)
		}
	}
}

func TestALogThatDoesNotReachTheStateIsNoClean(t *testing.T) {
	kept, recs := layouts(t), story()
	s := &stand{recs: recs, end: 5, rows: stream(t, kept, recs, 10, 1000, 0), offset: int64(len(recs))}
	if _, err := s.audit(t, kept); !errors.Is(err, engine.ErrLogChanged) {
		t.Errorf("a log that ends at 5 of 7: %v", err)
	}
}

func TestTheAuditTakesACutOfASystemThatGoesOn(t *testing.T) {
	kept, recs := layouts(t), story()
	s := &stand{recs: recs, end: 7, rows: stream(t, kept, recs[:3], 10, 1000, 0), offset: 3}
	s.grow = func(s *stand) {
		if s.offset < 7 {
			s.offset++
			s.rows = stream(t, kept, recs[:s.offset], 10, 1000, 0)
		}
	}
	if r, err := s.audit(t, kept); err != nil || len(r.Differences) > 0 || r.Offset <= 3 {
		t.Errorf("%+v, %v", r, err)
	}
	n := 0
	s.grow = func(s *stand) {
		n++
		s.rows[fmt.Sprintf("c:berlin:outcomes:total:%d", n)] = map[string][]byte{"x": {0}}
	}
	if _, err := s.audit(t, kept); !errors.Is(err, audit.ErrRestless) {
		t.Errorf("a restless system: %v", err)
	}
}

func TestRecordsThatCannotBeFoldedArePassedOver(t *testing.T) {
	kept, recs := layouts(t), story()
	a := audit.New(kept)
	stranger, broken, headless := recs[0], recs[1], recs[2]
	stranger.Key, broken.Value, headless.Headers = []byte("nobody"), []byte(`{"stage":`), nil
	for _, rec := range []event.Record{recs[0], stranger, broken, headless} {
		a.Add(rec)
	}
	if a.Events != 1 || a.Refused != 3 {
		t.Errorf("%d folded, %d refused", a.Events, a.Refused)
	}
}
