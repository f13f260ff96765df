package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// Store is what the audit reads of the state.
type Store interface {
	Cut(ctx context.Context, partition int, reads []state.Read) (state.Meta, [][]state.Row, error)
	Keys(ctx context.Context, partition int, prefix string) ([]string, error)
}

// Difference is a cell that is not what the log says.
type Difference struct {
	Key, Field string
	Want, Got  *metric.Content // empty where there should be, or is, no cell
}

// String names the cell and both values.
func (d Difference) String() string {
	return fmt.Sprintf("%s %q: the log says %v, the store %v", d.Key, d.Field, *d.Want, *d.Got)
}

// Result is what the audit of a partition found.
type Result struct {
	Partition   int
	Offset      int64 // the state of which was audited
	Events      int   // folded
	Refused     int   // records that cannot be folded
	Cells       int   // compared
	Entities    int   // counted
	Series      int   // published ones that were compared
	Waiting     int   // published ones that could not be: nothing was sent of them yet under this definition, and they wait to be
	Differences []Difference
	Wrong       []string // entities and series that are not what the log says, and what the log lacks
}

// Different is how much is not what the log says.
func (r *Result) Different() int { return len(r.Differences) + len(r.Wrong) }

// Add adds what was found in another partition.
func (r *Result) Add(other Result) {
	r.Events += other.Events
	r.Refused += other.Refused
	r.Cells += other.Cells
	r.Entities += other.Entities
	r.Series += other.Series
	r.Waiting += other.Waiting
	r.Differences = append(r.Differences, other.Differences...)
	r.Wrong = append(r.Wrong, other.Wrong...)
}

// Audit is what is audited, and where.
type Audit struct {
	Layouts map[string]*metric.Layout
	Log     engine.Log // of events
	Rows    Store
	Output  engine.Log // of what is published; nil: that is not audited
	Plan    func(partition int) (*publish.Plan, error)

	After        map[int]int64 // by partition, an offset that was acknowledged
	Acknowledged *Acknowledged // nil: nobody noted any
}

// What the keys of cells and of entities begin with.
const (
	cellPrefix   = "c:"
	entityPrefix = "e:"
)

// maxCuts is how often a cut is taken again because the live system made new groups of rows meanwhile.
const maxCuts = 10

// ErrRestless is returned where the live system makes new groups of rows faster than they can be listed.
var ErrRestless = errors.New("audit: new groups of rows appear faster than a cut of them can be taken")

// Partition audits one partition, beside a system that may go on: it takes a cut of all rows, with the
// offset that they stand at, and recomputes the log up to there.
func (a *Audit) Partition(ctx context.Context, partition int) (Result, error) {
	meta, got, err := cut(ctx, a.Rows, partition, []string{cellPrefix, entityPrefix}, publish.MarksKey, publish.ClockRef.Key)
	if err != nil {
		return Result{}, err
	}
	said, err := a.listen(ctx, partition, meta, got)
	if err != nil {
		return Result{}, err
	}
	r := New(a.Layouts)
	if err := a.read(ctx, partition, meta.Offset, func(rec event.Record) error {
		err := said.before(r, rec.Offset)
		r.Add(rec)
		a.Acknowledged.find(rec)
		return err
	}); err != nil {
		return Result{}, err
	}
	want, err := r.Cells()
	if err != nil {
		return Result{}, err
	}
	result := Result{Partition: partition, Offset: meta.Offset, Events: r.Events, Refused: r.Refused}
	result.Cells, result.Differences = Compare(want, got.of(cellPrefix))
	result.Entities, result.Wrong = compareEntities(r, got.of(entityPrefix))
	if err := said.end(r, want); err != nil {
		return result, err
	}
	result.Series, result.Waiting = said.series, said.waiting
	promised, err := a.promised(ctx, partition, meta.Offset)
	result.Wrong = slices.Concat(result.Wrong, said.wrong, promised)
	return result, err
}

// read hands over the records of the log below an offset.
func (a *Audit) read(ctx context.Context, partition int, end int64, each func(event.Record) error) error {
	for offset := int64(0); offset < end; {
		batch, err := a.Log.Fetch(ctx, partition, offset)
		if err != nil {
			return fmt.Errorf("audit: partition %d from offset %d: %w", partition, offset, err)
		}
		if batch.End < end {
			return fmt.Errorf("audit: partition %d: %w: it ends at %d, the state stands at %d",
				partition, engine.ErrLogChanged, batch.End, end)
		}
		for _, rec := range batch.Records {
			if rec.Offset < end {
				if err := each(rec); err != nil {
					return err
				}
			}
			offset = rec.Offset + 1
		}
	}
	return nil
}

// Cells reads all cells of a partition in one consistent cut. It fails with ErrRestless, or as the store does.
func Cells(ctx context.Context, rows Store, partition int) (state.Meta, Rows, error) {
	return cut(ctx, rows, partition, []string{cellPrefix})
}

// cut reads all rows whose keys begin with one of the prefixes, and those of named keys, at one instant.
func cut(ctx context.Context, rows Store, partition int, prefixes []string, named ...string) (state.Meta, Rows, error) {
	keys, err := list(ctx, rows, partition, prefixes)
	for range maxCuts {
		if err != nil {
			return state.Meta{}, nil, err
		}
		all := slices.Concat(keys, named)
		reads := make([]state.Read, len(all))
		for i, key := range all {
			reads[i] = state.Read{Key: key}
		}
		meta, found, err := rows.Cut(ctx, partition, reads)
		if err != nil {
			return meta, nil, err
		}
		again, err := list(ctx, rows, partition, prefixes)
		if err != nil {
			return meta, nil, err
		}
		if subset(again, keys) { // what has gone since is empty in the cut, or was there still
			return meta, collect(all, found), nil
		}
		keys = again
	}
	return state.Meta{}, nil, ErrRestless
}

func list(ctx context.Context, rows Store, partition int, prefixes []string) ([]string, error) {
	var all []string
	for _, prefix := range prefixes {
		keys, err := rows.Keys(ctx, partition, prefix)
		if err != nil {
			return nil, err
		}
		all = append(all, keys...)
	}
	return all, nil
}

// subset reports whether all of some keys are among others.
func subset(some, others []string) bool {
	among := make(map[string]bool, len(others))
	for _, key := range others {
		among[key] = true
	}
	return !slices.ContainsFunc(some, func(key string) bool { return !among[key] })
}

func collect(keys []string, found [][]state.Row) Rows {
	got := Rows{}
	for i, key := range keys {
		got[key] = map[string][]byte{}
		for _, row := range found[i] {
			got[key][row.Field] = row.Value
		}
	}
	return got
}

// of are the rows whose keys begin with a prefix.
func (r Rows) of(prefix string) Rows {
	out := Rows{}
	for key, fields := range r {
		if strings.HasPrefix(key, prefix) {
			out[key] = fields
		}
	}
	return out
}

// Compare lists the cells that differ, and counts those that were compared.
func Compare(want, got Rows) (cells int, differences []Difference) {
	keys := slices.Sorted(maps.Keys(want))
	for key := range got {
		if _, ok := want[key]; !ok {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		fields := slices.Sorted(maps.Keys(want[key]))
		for field := range got[key] {
			if _, ok := want[key][field]; !ok {
				fields = append(fields, field)
			}
		}
		for _, field := range fields {
			cells++
			if w, g := want[key][field], got[key][field]; !bytes.Equal(w, g) {
				differences = append(differences, Difference{key, field, content(w), content(g)})
			}
		}
	}
	return cells, differences
}

// content decodes a cell for people; one that cannot be read shows as far as it can.
func content(b []byte) *metric.Content {
	c := &metric.Content{}
	_ = c.Decode(b)
	return c
}
