package publish_test

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// kept is a partition whose log is kept, for an audit.
type kept struct {
	*bench
	log []event.Record
}

func (k *kept) commit(recs ...event.Record) {
	k.bench.commit(recs...)
	k.log = append(k.log, recs...)
}

// Keys and Cut are what the audit needs of the store.
func (k *kept) Keys(_ context.Context, _ int, prefix string) ([]string, error) {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(k.rows)) {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func (k *kept) Cut(_ context.Context, _ int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	return k.meta, k.cut(reads), nil
}

// records is a log of some records, two at a time, which begins behind a gap.
type records struct {
	list  []event.Record
	first int64
}

func (r records) Fetch(_ context.Context, _ int, offset int64) (engine.Batch, error) {
	b := engine.Batch{First: r.first, End: r.first + int64(len(r.list))}
	if offset < b.First || offset > b.End {
		return b, engine.ErrOutOfRange
	}
	for i := offset - b.First; i < int64(len(r.list)) && len(b.Records) < 2; i++ {
		rec := r.list[i]
		rec.Offset = b.First + i
		b.Records = append(b.Records, rec)
	}
	return b, nil
}

func (k *kept) audit() audit.Result {
	k.t.Helper()
	a := audit.Audit{
		Layouts: k.layouts, Log: records{k.log, 0}, Rows: k, Output: records{k.sent, 7},
		Plan: func(int) (*publish.Plan, error) { return k.plan, nil },
	}
	r, err := a.Partition(k.t.Context(), 3)
	if err != nil {
		k.t.Fatal(err)
	}
	if len(r.Differences) > 0 {
		k.t.Fatalf("cells differ: %v", r.Differences)
	}
	return r
}

func TestTheAuditHoldsTheLastUpdateOfEachSeriesAgainstTheLog(t *testing.T) {
	for _, c := range []struct {
		name   string
		harm   func(*kept)
		series int    // compared
		found  string // empty: nothing
	}{
		{"all is sent", func(*kept) {}, 3, ""},
		{"some wait to be sent: they are held against the cut that they were made from", func(k *kept) {
			k.commit(deal(k.bench, "D3", "2026-02-03T09:00:00Z", "won", "2026-02-13T09:00:00Z")...)
		}, 3, ""},
		{"the day has turned, and all is sent anew", func(k *kept) {
			k.commit(k.tick("2026-02-14T00:00:00Z"))
			k.round()
		}, 3, ""},
		{"the day has turned, and all waits", func(k *kept) { k.commit(k.tick("2026-02-14T00:00:00Z")) }, 3, ""},
		{"the first updates came once more, late", func(k *kept) { k.sent = append(k.sent, k.sent[:3]...) }, 3, ""},
		{"a row of the outbox is lost", func(k *kept) {
			k.commit(deal(k.bench, "D3", "2026-02-03T09:00:00Z", "won", "2026-02-13T09:00:00Z")...)
			delete(k.rows, publish.MarksKey)
		}, 3, "default deals_won/qtd: "},
		{"the rows that a turn of the day makes are lost", func(k *kept) {
			k.commit(k.tick("2026-04-14T00:00:00Z"))
			delete(k.rows, publish.MarksKey)
		}, 3, `"as_of":"2026-04-14"`},
		{"an update is lost", func(k *kept) { k.sent = k.sent[:len(k.sent)-3] }, 3, "default win_rate/qtd/owner: "},
		{"all updates are lost", func(k *kept) { k.sent = nil }, 3, "there is none, and "},
		{"an update says something else", func(k *kept) { k.falsify() }, 3, "default deals_won/qtd: "},
		{"an update says something else, and waits to be sent again", func(k *kept) {
			k.falsify()
			k.commit(deal(k.bench, "D3", "2026-02-03T09:00:00Z", "won", "2026-02-13T09:00:00Z")...)
		}, 3, "default deals_won/qtd: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &kept{bench: newBench(t, won)}
			k.commit(deal(k.bench, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
			k.round()
			k.commit(deal(k.bench, "D2", "2026-02-02T09:00:00Z", "lost", "2026-02-12T09:00:00Z")...)
			k.round()
			c.harm(k)
			r := k.audit()
			if found := strings.Join(r.Wrong, "\n"); r.Series != c.series || r.Waiting != 0 ||
				(found != "") != (c.found != "") || !strings.Contains(found, c.found) {
				t.Errorf("%d series, %d waiting: %s", r.Series, r.Waiting, found)
			}
		})
	}
}

// falsify changes a number in every update about deals won.
func (k *kept) falsify() {
	for i := range k.sent {
		k.sent[i].Value = bytes.Replace(k.sent[i].Value, []byte(`"value":1,"n":1`), []byte(`"value":2,"n":2`), 1)
	}
}

func TestWhatWasSaidUnderAnotherDefinitionAndWaitsIsNotCompared(t *testing.T) {
	k := &kept{bench: newBench(t, won)}
	k.commit(deal(k.bench, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	k.round()
	k.meta.Definition = strings.Repeat("cd", 32)
	k.commit(deal(k.bench, "D2", "2026-02-02T09:00:00Z", "lost", "2026-02-12T09:00:00Z")...)
	if r := k.audit(); len(r.Wrong) > 0 || r.Waiting == 0 || r.Series+r.Waiting != 3 {
		t.Errorf("%d series, %d waiting: %v", r.Series, r.Waiting, r.Wrong)
	}
}
