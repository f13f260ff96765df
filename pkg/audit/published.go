package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// said is what was published of a partition, to be held against what is recomputed.
type said struct {
	series, waiting int
	wrong           []string

	now   []claim           // to be held against the cells of the cut
	then  map[int64][]claim // … against those of an earlier record, by its offset: the series has changed since
	later []int64           // the offsets of then, rising
}

// claim is what is said of a series as of a day; without told nothing is.
type claim struct {
	publish.Declared
	told *publish.Told
	day  event.Day
}

// listen reads what was published of a partition up to a cut, and plans what it is held against: the cut itself,
// or, of a series that waits in the cut to be sent again, the cut that it was made from.
func (a *Audit) listen(ctx context.Context, partition int, meta state.Meta, got Rows) (*said, error) {
	s := &said{then: map[int64][]claim{}}
	if a.Output == nil || meta.LastOffset < 0 {
		return s, nil
	}
	plan, err := a.Plan(partition)
	if err != nil {
		return nil, err
	}
	last, err := a.updates(ctx, partition, meta.LastOffset)
	if err != nil {
		return nil, err
	}
	var marks []state.Row
	for field, value := range got[publish.MarksKey] {
		marks = append(marks, state.Row{Field: field, Value: value})
	}
	for _, d := range plan.Declared() {
		c := claim{Declared: d, told: last[[2]string{d.Tenant(), d.Name()}]}
		waits, err := d.Waits(marks)
		if err != nil {
			return nil, err
		}
		switch {
		case !waits:
			if c.day, err = d.Day(meta, got[publish.ClockRef.Key][publish.ClockRef.Field]); err != nil {
				return nil, err
			}
			s.now = append(s.now, c)
		case c.told != nil && c.told.Generation == publish.GenerationOf(meta):
			c.day = c.told.AsOf
			s.then[c.told.Offset] = append(s.then[c.told.Offset], c)
		default:
			s.waiting++
		}
	}
	s.later = slices.Sorted(maps.Keys(s.then))
	return s, nil
}

// updates are the last of each series that were made from cuts up to an offset, by tenant and series. What came late,
// behind one of a later cut, does not count.
func (a *Audit) updates(ctx context.Context, partition int, upTo int64) (map[[2]string]*publish.Told, error) {
	last := map[[2]string]*publish.Told{}
	for offset := int64(0); ; {
		batch, err := a.Output.Fetch(ctx, partition, offset)
		if errors.Is(err, engine.ErrOutOfRange) && offset < batch.First { // what is older was renewed since
			offset = batch.First
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("audit: what was published of partition %d from offset %d: %w", partition, offset, err)
		}
		for i := range batch.Records {
			rec := &batch.Records[i]
			offset = rec.Offset + 1
			told, update, err := publish.ReadUpdate(rec)
			if errors.Is(err, publish.ErrOutput) || !update || told.Offset > upTo {
				continue
			}
			series := [2]string{told.Tenant, told.Series}
			if before := last[series]; before == nil || before.Offset <= told.Offset {
				last[series] = &told
			}
		}
		if len(batch.Records) == 0 || offset >= batch.End {
			return last, nil
		}
	}
}

// before is told that the record at an offset is folded next: what was said of the records before it is due.
func (s *said) before(r *Recomputation, offset int64) error {
	for len(s.later) > 0 && s.later[0] < offset {
		cells, err := r.Cells()
		if err != nil {
			return err
		}
		s.hold(s.then[s.later[0]], cells)
		s.later = s.later[1:]
	}
	return nil
}

// end is told of the cells that the cut must have.
func (s *said) end(r *Recomputation, cells Rows) error {
	s.hold(s.now, cells)
	return s.before(r, 1<<62)
}

func (s *said) hold(claims []claim, cells Rows) {
	find := func(read state.Read) []state.Row {
		var rows []state.Row
		for _, field := range slices.Sorted(maps.Keys(cells[read.Key])) {
			rows = append(rows, state.Row{Field: field, Value: cells[read.Key][field]})
		}
		return rows
	}
	for _, c := range claims {
		s.series++
		if err := c.Holds(c.told, c.day, find); err != nil {
			s.wrong = append(s.wrong, fmt.Sprintf("%s %s: %v", c.Tenant(), c.Name(), err))
		}
	}
}
