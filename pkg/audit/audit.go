package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/metric"
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
	Differences []Difference
}

// cellPrefix is what the keys of cells begin with.
const cellPrefix = "c:"

// maxCuts is how often a cut is taken again because the live system made new groups of cells meanwhile.
const maxCuts = 10

// ErrRestless is returned where the live system makes new groups of cells faster than they can be listed.
var ErrRestless = errors.New("audit: new groups of cells appear faster than a cut of them can be taken")

// Partition audits one partition, beside a system that may go on: it takes a cut of all cells, with the
// offset that they stand at, and recomputes the log up to there.
func Partition(ctx context.Context, layouts map[string]*metric.Layout, log engine.Log, rows Store, partition int) (Result, error) {
	meta, got, err := Cells(ctx, rows, partition)
	if err != nil {
		return Result{}, err
	}
	r := New(layouts)
	for offset := int64(0); offset < meta.Offset; {
		batch, err := log.Fetch(ctx, partition, offset)
		if err != nil {
			return Result{}, fmt.Errorf("audit: partition %d from offset %d: %w", partition, offset, err)
		}
		if batch.End < meta.Offset {
			return Result{}, fmt.Errorf("audit: partition %d: %w: it ends at %d, the state stands at %d",
				partition, engine.ErrLogChanged, batch.End, meta.Offset)
		}
		for _, rec := range batch.Records {
			if rec.Offset < meta.Offset {
				r.Add(rec)
			}
			offset = rec.Offset + 1
		}
	}
	want, err := r.Cells()
	if err != nil {
		return Result{}, err
	}
	result := Result{Partition: partition, Offset: meta.Offset, Events: r.Events, Refused: r.Refused}
	result.Cells, result.Differences = Compare(want, got)
	return result, nil
}

// Cells reads all cells of a partition in one consistent cut. It fails with ErrRestless, or as the store does.
func Cells(ctx context.Context, rows Store, partition int) (state.Meta, Rows, error) {
	keys, err := rows.Keys(ctx, partition, cellPrefix)
	for range maxCuts {
		if err != nil {
			return state.Meta{}, nil, err
		}
		reads := make([]state.Read, len(keys))
		for i, key := range keys {
			reads[i] = state.Read{Key: key}
		}
		meta, found, err := rows.Cut(ctx, partition, reads)
		if err != nil {
			return meta, nil, err
		}
		again, err := rows.Keys(ctx, partition, cellPrefix)
		if err != nil {
			return meta, nil, err
		}
		if slices.Equal(again, keys) {
			return meta, collect(keys, found), nil
		}
		keys = again
	}
	return state.Meta{}, nil, ErrRestless
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
