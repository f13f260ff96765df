package metric

import (
	"slices"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// cellOf is a stored cell that passed the filters.
type cellOf struct {
	Cell
	asked  *asked
	month  bool
	vector Vector
}

// cells decodes rows, which lie in the order of buckets, and leaves out what the filters exclude and
// what became known after the day asked for.
func (q *Question) cells(rows [][]state.Row) ([]cellOf, error) {
	var out []cellOf
	for i, b := range q.buckets() {
		for _, row := range rows[i] {
			c, err := ParseField(row.Field, len(b.asked.rollup.Dims), b.asked.group.Anchored, b.month)
			if err != nil {
				return nil, err
			}
			if !q.passes(b.asked, c.Values) {
				continue
			}
			v, err := q.known(row.Value)
			if err != nil {
				return nil, err
			}
			if q.Metric.Pairs {
				v = q.pair(v, c.Values[slices.Index(b.asked.rollup.Dims, ledger.DimStage)])
			}
			out = append(out, cellOf{c, b.asked, b.month == Months, v})
		}
	}
	return out, nil
}

// known is what was known of a cell by the day asked for.
func (q *Question) known(stored []byte) (Vector, error) {
	var c Content
	if err := c.Decode(stored); err != nil {
		return nil, err
	}
	if q.Request.Known == 0 {
		return c.All(), nil
	}
	return c.KnownBy(q.Request.Known)
}

// passes reports whether a cell's values pass the filters.
func (q *Question) passes(a *asked, values []string) bool {
	for i, f := range q.Request.Where {
		if values[a.where[i]] != f.Value {
			return false
		}
	}
	return true
}

// pair is what a vector of conversions from a stage says of the second stage of the pair; nothing where
// there is no pair.
func (q *Question) pair(v Vector, from string) Vector {
	to := q.to
	if to == "" {
		to = q.next(from)
	}
	start, known := q.layout.Def.Order(from)
	place, listed := q.layout.Def.Order(to)
	if !known || !listed || place <= start || q.layout.Def.Stages[place].Category == ledger.CategoryLost {
		return nil
	}
	var out Vector
	for i, index := range []uint16{
		pairEntered, onward(pairPassed, place), onward(pairReached, place), onward(pairSettled, place),
	} {
		if n := v.Get(index); n != 0 {
			out = append(out, Measure{uint16(i), n})
		}
	}
	return out
}

// next is the stage after another in the tenant's order, empty for the last.
func (q *Question) next(stage string) string {
	i, listed := q.layout.Def.Order(stage)
	if !listed {
		return ""
	}
	for _, s := range q.layout.Def.Stages[i+1:] {
		if s.Category != ledger.CategoryLost {
			return s.ID
		}
	}
	return ""
}

// sums are the sums of cells with the same values of the by dimensions: by group, and by currency.
type sums struct {
	values   []string
	of       map[*Group]map[string]Vector
	immature map[string]Vector // of the denominator's group: entries whose time is not over
}

// sum adds up the cells of a span, by the values of the by dimensions.
func (q *Question) sum(cells []cellOf, span calendar.Span) (map[string]*sums, error) {
	out := map[string]*sums{}
	from, to := fullMonths(span)
	for i := range cells {
		c := &cells[i]
		if !q.selects(c, span, from, to) {
			continue
		}
		values := make([]string, len(c.asked.by))
		for j, place := range c.asked.by {
			values[j] = c.Values[place]
		}
		key := strings.Join(values, separator)
		s := out[key]
		if s == nil {
			s = &sums{values: values, of: map[*Group]map[string]Vector{}, immature: map[string]Vector{}}
			out[key] = s
		}
		if s.of[c.asked.group] == nil {
			s.of[c.asked.group] = map[string]Vector{}
		}
		var err error
		byCurrency := s.of[c.asked.group]
		if byCurrency[c.Currency], err = byCurrency[c.Currency].Add(c.vector, 1); err != nil {
			return nil, err
		}
		if q.Request.Within > 0 && c.Anchor+event.Day(q.Request.Within) > q.Request.AsOf {
			if s.immature[c.Currency], err = s.immature[c.Currency].Add(c.vector, 1); err != nil {
				return nil, err
			}
		}
	}
	for key, s := range out {
		if s.empty() {
			delete(out, key)
		}
	}
	return out, nil
}

// empty reports whether nothing is left: of an owner whose deals have all gone, say.
func (s *sums) empty() bool {
	for _, byCurrency := range s.of {
		for _, v := range byCurrency {
			if len(v) > 0 {
				return false
			}
		}
	}
	return true
}

// selects reports whether a cell counts in a span, whose whole months are [from, to).
func (q *Question) selects(c *cellOf, span calendar.Span, from, to int32) bool {
	if c.asked.group.Anchored {
		return span.Contains(c.Anchor) && c.Day <= q.Request.AsOf &&
			(q.Request.Within == 0 || c.Day <= c.Anchor+event.Day(q.Request.Within))
	}
	if !c.asked.group.Stock {
		return span.Contains(c.Day)
	}
	m := calendar.MonthOf(c.Day)
	whole := from <= m && m < to
	if c.month {
		return whole
	}
	return !whole && span.Contains(c.Day)
}

// term is the value of a term over sums: its measures in the currencies that pass, money in minor units.
func (s *sums) term(t Term, passes func(currency string) bool) int64 {
	var n, rest int64
	for currency, v := range s.of[t.Group] {
		if passes(currency) {
			n += t.of(v)
			rest += t.rest(v)
		}
	}
	return round(n, rest)
}

func (t Term) of(v Vector) int64 {
	var n int64
	for _, i := range t.Plus {
		n += v.Get(i)
	}
	for _, i := range t.Minus {
		n -= v.Get(i)
	}
	return n
}

func (t Term) rest(v Vector) int64 {
	if t.Rest == 0 {
		return 0
	}
	return v.Get(t.Rest)
}

// round is whole minor units and a rest in parts of one, rounded half to even, once.
func round(whole, rest int64) int64 {
	carry := rest / PartsPerMinor
	if rest -= carry * PartsPerMinor; rest < 0 {
		rest += PartsPerMinor
		carry--
	}
	whole += carry
	if 2*rest > PartsPerMinor || 2*rest == PartsPerMinor && whole%2 != 0 {
		whole++
	}
	return whole
}
