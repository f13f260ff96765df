package aggregate

import (
	"math/bits"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
)

// move is a point that an entity's contribution to a group gained, or lost.
type move struct {
	point  *metric.Point
	vector []metric.Measure
	sign   int64
}

// maxNetted is how many moves are summed with each other before they are spread: as many as a set has bits.
const maxNetted = 64

// spreader spreads moves over the rollups of their group. What falls into one cell is summed first: a deal that
// changes its stage leaves one and enters another, on one day, and where a rollup does not hold the stage the
// two are one small change, or none.
type spreader struct {
	names    *names
	deltas   []delta
	measures []metric.Measure // of the deltas
	places   []place          // of the rollup whose turn it is
	sums     []sum            // that were made of the moves at hand
	paired   uint64           // set of the moves that are of the series of the one before
	month    calendar.Span    // that was asked for last
}

// place is a cell, and the set of moves that fall into it and became known alike: late, and until a day that is
// late too. Those of one day do; those of one month need not.
type place struct {
	key         cellKey
	late, lapse bool
	moves       uint64
}

// sum is what a set of moves adds up to.
type sum struct {
	moves  uint64
	vector []metric.Measure
}

// when is what became known: on a day, unless that is not after a cell's own; where all is set the change is
// one of the total too, else it holds until another day.
type when struct {
	known, until event.Day
	all          bool
}

// reset forgets what was spread.
func (s *spreader) reset() { s.deltas, s.measures = s.deltas[:0], s.measures[:0] }

// spread appends what moves of a group make of cells.
func (s *spreader) spread(t *tenant, group int, moves []move, w when) error {
	for len(moves) > maxNetted {
		if err := s.spread(t, group, moves[:maxNetted], w); err != nil {
			return err
		}
		moves = moves[maxNetted:]
	}
	s.sums = s.sums[:0]
	s.pair(moves)
	for rollup := range t.layout.Rollups[group] {
		s.place(t, group, rollup, moves, w)
		for i := range s.places {
			vector, err := s.sum(moves, s.places[i].moves)
			if err != nil {
				return err
			}
			if len(vector) > 0 {
				s.emit(&s.places[i], vector, w)
			}
		}
	}
	return nil
}

// pair notes which moves are of the same series as the one before, whatever the rollup: a thing that begins to hold
// and ends, say.
func (s *spreader) pair(moves []move) {
	s.paired = 0
	for i := 1; i < len(moves); i++ {
		if a, b := moves[i-1].point, moves[i].point; a.Dims == b.Dims && a.Rollup == b.Rollup && a.Currency == b.Currency && a.Own == b.Own {
			s.paired |= 1 << i
		}
	}
}

// place finds the cells of a rollup that moves fall into, and for a stock those of months: within a month most of
// what begins and ends cancels out.
func (s *spreader) place(t *tenant, group, rollup int, moves []move, w when) {
	s.places = s.places[:0]
	stock := metric.Groups[group].Stock
	var series uint32
	for i := range moves {
		pt := moves[i].point
		if pt.Rollup != metric.AllRollups && int(pt.Rollup) != rollup {
			continue
		}
		if s.paired&(1<<i) == 0 {
			s.names.turnTo(pt.Dims)
			series = s.names.seriesOf(t, pt, rollup)
		}
		p := place{cellKey{series, pt.Anchor, pt.Day}, w.known > pt.Day, !w.all && w.until > pt.Day, 1 << i}
		s.put(p)
		if stock {
			p.key.anchor, p.key.day = monthCell, s.monthOf(pt.Day)
			s.put(p)
		}
	}
}

// put notes that a move falls into a cell.
func (s *spreader) put(p place) {
	for i := range s.places {
		if q := &s.places[i]; q.key == p.key && q.late == p.late && q.lapse == p.lapse {
			q.moves |= p.moves
			return
		}
	}
	s.places = append(s.places, p)
}

// sum adds up a set of moves, in rising order of index and without what cancels out. Most rollups ask for the
// same few sets.
func (s *spreader) sum(moves []move, set uint64) (metric.Vector, error) {
	for i := range s.sums {
		if s.sums[i].moves == set {
			return s.sums[i].vector, nil
		}
	}
	size := 0
	for rest := set; rest != 0; rest &= rest - 1 {
		size += len(moves[bits.TrailingZeros64(rest)].vector)
	}
	s.measures = slices.Grow(s.measures, size)
	from := len(s.measures)
	v := metric.Vector(s.measures[from : from : from+size])
	for rest := set; rest != 0; rest &= rest - 1 {
		m := &moves[bits.TrailingZeros64(rest)]
		var err error
		if v, err = v.Add(m.vector, m.sign); err != nil {
			return nil, err
		}
	}
	s.measures = s.measures[:from+len(v)]
	s.sums = append(s.sums, sum{set, v})
	return v, nil
}

// monthOf is the first day of the month of a day: most that follow each other are of one.
func (s *spreader) monthOf(day event.Day) event.Day {
	if day < s.month.From || day >= s.month.To {
		s.month = calendar.MonthSpan(calendar.MonthOf(day))
	}
	return s.month.From
}

// emit appends the changes of a cell.
func (s *spreader) emit(p *place, vector []metric.Measure, w when) {
	d := delta{key: p.key, sign: 1, total: w.all, month: p.key.anchor == monthCell, vector: vector}
	if p.late {
		d.known = w.known
	}
	if d.total || p.late {
		s.deltas = append(s.deltas, d)
	}
	if p.lapse {
		d.known, d.sign = w.until, -1
		s.deltas = append(s.deltas, d)
	}
}
