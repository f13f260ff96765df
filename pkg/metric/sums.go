package metric

import (
	"maps"
	"math/big"
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
			v, err := q.known(row.Value)
			if err != nil {
				return nil, err
			}
			if q.Metric.Pairs {
				v = q.pair(v, c.Values[slices.Index(b.asked.rollup.Dims, ledger.DimStage)])
			}
			for _, c.Values = range q.counted(b.asked, c.Values) {
				if q.passes(b.asked, c.Values) {
					out = append(out, cellOf{c, b.asked, b.month == Months, q.measured(v)})
				}
			}
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
		if place := a.where[i]; place >= 0 && values[place] != f.Value {
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

// source is a group, summed over some days.
type source struct {
	group *Group
	over  Over
}

// money is what a sum is in: a currency, or none, and the day whose rate converts it.
type money struct {
	currency string
	day      event.Day
}

// sums are the sums of cells with the same values of the by dimensions.
type sums struct {
	values   []string
	child    string // the value of the Each dimension
	of       map[source]map[money]Vector
	immature map[money]Vector     // of the denominator's group: entries whose time is not over
	cells    map[source][]*cellOf // of inputs whose days are asked for in parts
	each     map[string]*sums     // by the value of the Each dimension
}

func newSums(values []string) *sums {
	return &sums{
		values: values, of: map[source]map[money]Vector{}, immature: map[money]Vector{},
		cells: map[source][]*cellOf{}, each: map[string]*sums{},
	}
}

func (s *sums) add(from source, m money, v Vector) (err error) {
	if s.of[from] == nil {
		s.of[from] = map[money]Vector{}
	}
	s.of[from][m], err = s.of[from][m].Add(v, 1)
	return err
}

// children are the sums of the values of the Each dimension, in their order.
func (s *sums) children() []*sums {
	var list []*sums
	for _, value := range slices.Sorted(maps.Keys(s.each)) {
		list = append(list, s.each[value])
	}
	return list
}

// sum adds up the cells of what was asked for, over a span, by the values of the by dimensions.
func (q *Question) sum(cells []cellOf, span calendar.Span) (map[string]*sums, error) {
	out := map[string]*sums{}
	if err := q.addAll(out, cells, span, q.addCell, false); err != nil {
		return nil, err
	}
	for key, s := range out {
		if s.empty(q) {
			delete(out, key)
		}
	}
	if len(q.Request.By) == 0 && out[""] == nil {
		out[""] = newSums(nil)
	}
	return out, q.addAll(out, cells, span, q.addCommon, true)
}

// addAll adds the cells of the sources that are common, or of those that are not.
func (q *Question) addAll(
	out map[string]*sums, cells []cellOf, span calendar.Span,
	add func(out map[string]*sums, src source, c *cellOf, m money) error, common bool,
) error {
	for _, src := range q.sources() {
		if q.common(src.group) != common {
			continue
		}
		days := q.over(src.over, span)
		if src.group.Stock {
			days = q.stand(src.over, span)
		}
		from, to := fullMonths(days)
		for i := range cells {
			c := &cells[i]
			if c.asked.group != src.group || !q.selects(c, src.over, days, from, to) {
				continue
			}
			m := money{currency: c.Currency}
			if c.Currency != "" && c.Currency != q.Request.Currency {
				if m.day = c.Day; src.group.Stock {
					m.day = days.To - 1
				}
			}
			if err := add(out, src, c, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// addCommon adds a cell of a common group to all sums that agree with it in the dimensions that it has.
func (q *Question) addCommon(out map[string]*sums, src source, c *cellOf, m money) error {
	for _, s := range out {
		agrees := true
		for i, place := range c.asked.by {
			agrees = agrees && (place < 0 || c.Values[place] == s.values[i])
		}
		if !agrees {
			continue
		}
		if err := s.add(src, m, c.vector); err != nil {
			return err
		}
	}
	return nil
}

// addCell adds a cell to the sums that it belongs to.
func (q *Question) addCell(out map[string]*sums, src source, c *cellOf, m money) error {
	values := make([]string, len(c.asked.by))
	for j, place := range c.asked.by {
		values[j] = c.Values[place]
	}
	key := strings.Join(values, separator)
	s := out[key]
	if s == nil {
		s = newSums(values)
		out[key] = s
	}
	if err := s.add(src, m, c.vector); err != nil {
		return err
	}
	if src.over.kept() {
		s.cells[src] = append(s.cells[src], c)
	}
	if q.Request.Within > 0 && src.group == q.Metric.Den.Group && c.Anchor+event.Day(q.Request.Within) > q.Request.AsOf {
		var err error
		if s.immature[m], err = s.immature[m].Add(c.vector, 1); err != nil {
			return err
		}
	}
	if q.each == nil {
		return nil
	}
	value := c.Values[c.asked.each]
	if s.each[value] == nil {
		s.each[value] = newSums(values)
		s.each[value].child = value
	}
	if src.over.kept() {
		s.each[value].cells[src] = append(s.each[value].cells[src], c)
	}
	return s.each[value].add(src, m, c.vector)
}

// empty reports whether nothing is left of what the metric reads: of an owner whose deals have all gone, say.
func (s *sums) empty(q *Question) bool {
	terms := append([]Term{q.num()}, q.Metric.terms()...)
	for from, byMoney := range s.of {
		for _, v := range byMoney {
			if slices.ContainsFunc(terms, func(t Term) bool { return t.Group == from.group && (t.of(v) != 0 || t.rest(v) != 0) }) {
				return false
			}
		}
	}
	return true
}

// selects reports whether a cell counts in a span, whose whole months are [from, to).
func (q *Question) selects(c *cellOf, over Over, span calendar.Span, from, to int32) bool {
	if c.asked.group.Anchored {
		return span.Contains(c.Anchor) && c.Day <= q.Request.AsOf && (over != OverInside || span.Contains(c.Day)) &&
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

// whole is the value of a term that is counted in whole things, over the sums that pass.
func (s *sums) whole(from source, t Term, passes func(money) bool) int64 {
	var n int64
	for m, v := range s.of[from] {
		if passes(m) {
			n += t.of(v)
		}
	}
	return n
}

// exact is the value of a term of money in minor units of the currency asked for; what has no rate is left out.
func (s *sums) exact(from source, t Term, q *Question) *big.Rat {
	total := new(big.Rat)
	for m, v := range s.of[from] {
		factor := q.factor(m)
		if factor == nil {
			continue
		}
		part := t.minor(v)
		total.Add(total, part.Mul(part, factor))
	}
	return total
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

// minor is the term's money in minor units, exactly.
func (t Term) minor(v Vector) *big.Rat {
	whole := new(big.Int)
	for _, i := range t.Plus {
		whole.Add(whole, big.NewInt(v.Get(i)))
	}
	for _, i := range t.Minus {
		whole.Sub(whole, big.NewInt(v.Get(i)))
	}
	sum := new(big.Rat).SetInt(whole)
	if rest := t.rest(v); rest != 0 {
		sum.Add(sum, big.NewRat(rest, PartsPerMinor))
	}
	if t.Per != 0 {
		sum.Quo(sum, new(big.Rat).SetInt64(t.Per))
	}
	return sum
}

// nearest is a number as a whole one, rounded half to even.
func nearest(r *big.Rat) *big.Int {
	twice := new(big.Int).Lsh(r.Num(), 1)
	twice.Add(twice, r.Denom()) // floor((2·num + den) / (2·den)) rounds half up
	div := new(big.Int).Lsh(r.Denom(), 1)
	n, rest := new(big.Int).DivMod(twice, div, new(big.Int))
	if rest.Sign() == 0 && n.Bit(0) == 1 {
		n.Sub(n, big.NewInt(1))
	}
	return n
}
