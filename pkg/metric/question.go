package metric

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// Errors of questions that cannot be answered.
var (
	// ErrRollup is returned for a combination of dimensions that is not kept; the text lists those that are.
	ErrRollup = errors.New("this combination of dimensions is not kept")
	// ErrOption is returned for an option that the metric does not have.
	ErrOption = errors.New("the metric has no such option")
	// ErrKnown is returned where the day known lies before the day asked for.
	ErrKnown = errors.New("known lies before as_of")
	// ErrStandard is returned for a window that is no month, quarter or year, calendar or fiscal, where the
	// metric takes no other.
	ErrStandard = errors.New("the metric takes a month, a quarter or a year, calendar or fiscal")
)

// Filter keeps the cells with one value of a dimension.
type Filter struct {
	Dim   ledger.Dim
	Value string
}

// Request is what is asked of a metric.
type Request struct {
	Window   calendar.Span
	AsOf     event.Day // days after it do not count
	Stand    event.Day // the day on whose evening a stock is taken
	Known    event.Day // what was known by this day; 0 for all that is known
	By       []ledger.Dim
	Where    []Filter
	Steps    []calendar.Span // of a series; the window is still answered as a whole
	Within   int             // days from entry to end that a cohort gets; 0 for any number
	Currency string          // that money is reported in
	Strict   bool            // skip=strict
	Mode     string          // of those of the metric; empty for the first
	Margin   *big.Rat        // the tenant's margin rate; nil for none
	Against  *calendar.Span  // the period that the window is compared with; nil for the one before it
}

// Question is a request that can be answered, with the rollup that answers it.
type Question struct {
	Metric  *Metric
	Request Request
	layout  *Layout
	groups  []asked
	mode    *Mode
	each    *ledger.Dim // the dimension that the formula looks at value by value, beside those of by
	rates   exchange    // while it is answered
	to      string      // of pairs of stages: the second, empty for the next one
	from    bool        // … and the first was called from, not stage
	split   bool        // of a metric with parts: by them
	part    string      // … or one of them alone
	aim
}

// asked is a group that the question reads, in one rollup.
type asked struct {
	group  *Group
	rollup Rollup
	by     []int // places of the by dimensions in the rollup; -1 for one that a common group lacks
	where  []int // places of the filters; the same
	each   int   // place of the Each dimension
}

// Ask makes a question of a request. It fails with ErrRollup, ErrOption, ErrKnown or ErrStandard.
func Ask(m *Metric, layout *Layout, req Request) (*Question, error) {
	q := &Question{Metric: m, Request: req, layout: layout, aim: aim{targetMoney: true}}
	if req.Known != 0 && req.Known < max(req.AsOf, req.Stand) {
		return nil, fmt.Errorf("%w: what was known on %s says nothing of %s", ErrKnown, req.Known, max(req.AsOf, req.Stand))
	}
	if req.Within > 0 && m.Kind != Cohort {
		return nil, fmt.Errorf("%w: within caps a cohort, and %s is a %s", ErrOption, m.ID, m.Kind)
	}
	if req.Strict && m.Strict == 0 {
		return nil, fmt.Errorf("%w: skip is for conversions between stages", ErrOption)
	}
	if err := q.modes(); err != nil {
		return nil, err
	}
	if m.Standard {
		for _, span := range append([]calendar.Span{req.Window}, req.Steps...) {
			if _, _, ok := layout.Def.Calendar.PeriodOf(span); !ok {
				return nil, fmt.Errorf("%w; %s is none", ErrStandard, span)
			}
		}
	}
	if req.Against != nil && len(m.Parts) == 0 {
		return nil, fmt.Errorf("%w: against is for what compares two periods", ErrOption)
	}
	if m.Pairs {
		q.stages()
	}
	if q.drivers(); q.part != "" && !slices.Contains(m.Parts, q.part) {
		return nil, fmt.Errorf("%w: driver is one of %s", ErrOption, strings.Join(m.Parts, ", "))
	}
	if len(m.Targets) > 0 {
		if err := q.target(m); err != nil {
			return nil, err
		}
	}
	if len(m.Each) > 0 && !slices.ContainsFunc(m.Each, q.names) {
		q.each = &m.Each[0]
	}
	if len(m.groups()) == 0 && len(q.Request.By)+len(q.Request.Where) > 0 {
		return nil, rollupError([]Rollup{NewRollup(nil)})
	}
	for _, g := range m.groups() {
		a, err := q.rollup(g)
		if err != nil {
			return nil, err
		}
		q.groups = append(q.groups, a)
	}
	if q.Money() {
		q.groups = append(q.groups, q.asked(rates, NewRollup(rates.Keep[0])))
	}
	return q, nil
}

// common reports whether a group is the same for all values of a dimension that is asked for, since it lacks that.
func (q *Question) common(g *Group) bool {
	return g == q.Metric.Common && (slices.ContainsFunc(q.Request.By, func(d ledger.Dim) bool { return !g.has(d) }) ||
		slices.ContainsFunc(q.Request.Where, func(f Filter) bool { return !g.has(f.Dim) }))
}

// names reports whether a dimension is named by the request, so that the answer is of one of its values.
func (q *Question) names(d ledger.Dim) bool {
	return slices.Contains(q.Request.By, d) || slices.ContainsFunc(q.Request.Where, func(f Filter) bool { return f.Dim == d })
}

// groups are the groups that the metric reads.
func (m *Metric) groups() []*Group {
	var list []*Group
	for _, t := range m.terms() {
		if t.Group != nil && !slices.Contains(list, t.Group) {
			list = append(list, t.Group)
		}
	}
	return list
}

// terms are all sums that the metric reads.
func (m *Metric) terms() []Term {
	list := append([]Term{m.Num, m.Den, m.N, m.Open}, m.gaps()...)
	for _, in := range m.Inputs {
		list = append(list, in.Term)
	}
	return list
}

// sources are the groups that the metric reads, each with the days that it is summed over.
func (q *Question) sources() []source {
	var list []source
	add := func(s source) {
		if s.group != nil && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	m := q.Metric
	for _, in := range m.Inputs {
		add(source{in.Term.Group, in.Over})
	}
	for _, t := range append([]Term{m.Num, m.Den, m.N, m.Open}, m.gaps()...) {
		add(source{t.Group, OverWindow})
	}
	return list
}

func (m *Metric) gaps() []Term {
	var list []Term
	for _, g := range m.Missing {
		list = append(list, g.Term)
	}
	return list
}

// stages reads a pair of stages: from is the stage that cells are kept by, to is which of their measures
// count.
func (q *Question) stages() {
	r := &q.Request
	r.By = slices.Clone(r.By)
	for i, d := range r.By {
		if d == ledger.DimFrom {
			r.By[i], q.from = ledger.DimStage, true
		}
	}
	var where []Filter
	for _, f := range r.Where {
		switch f.Dim {
		case ledger.DimTo:
			q.to = f.Value
		case ledger.DimFrom:
			where = append(where, Filter{ledger.DimStage, f.Value})
		default:
			where = append(where, f)
		}
	}
	r.Where = where
}

// rollup is the smallest rollup that is kept and has all the dimensions that are asked for.
func (q *Question) rollup(g *Group) (asked, error) {
	want := slices.Clone(q.Request.By)
	for _, f := range q.Request.Where {
		want = append(want, f.Dim)
	}
	if q.each != nil {
		want = append(want, *q.each)
	}
	if q.common(g) {
		want = slices.DeleteFunc(want, func(d ledger.Dim) bool { return !g.has(d) })
	}
	best := -1
	kept := q.layout.Rollups[slices.Index(Groups, g)]
	for i, r := range kept {
		holds := !slices.ContainsFunc(want, func(d ledger.Dim) bool { return !slices.Contains(r.Dims, d) })
		if g.Exact {
			holds = holds && sameDims(r.Dims, distinct(want))
		}
		if holds && (best < 0 || len(r.Dims) < len(kept[best].Dims)) {
			best = i
		}
	}
	if best < 0 {
		return asked{}, rollupError(kept)
	}
	return q.asked(g, kept[best]), nil
}

// asked is a group in one of its rollups, with the places there of what is asked for.
func (q *Question) asked(g *Group, r Rollup) asked {
	a := asked{group: g, rollup: r}
	for _, d := range q.Request.By {
		a.by = append(a.by, slices.Index(r.Dims, d))
	}
	for _, f := range q.Request.Where {
		a.where = append(a.where, slices.Index(r.Dims, f.Dim))
	}
	if q.each != nil {
		a.each = slices.Index(r.Dims, *q.each)
	}
	return a
}

func distinct(dims []ledger.Dim) []ledger.Dim {
	dims = slices.Clone(dims)
	slices.Sort(dims)
	return slices.Compact(dims)
}

// RollupError is ErrRollup with the combinations that are kept, each with commas between its dimensions.
type RollupError struct{ Kept []string }

// Error lists what is kept.
func (e *RollupError) Error() string {
	return ErrRollup.Error() + "; kept are: " + strings.Join(e.Kept, "; ")
}

// Is reports whether target is ErrRollup.
func (e *RollupError) Is(target error) bool { return target == ErrRollup }

func rollupError(kept []Rollup) error {
	names := make([]string, len(kept))
	for i, r := range kept {
		names[i] = strings.ReplaceAll(r.Name, "+", ",")
	}
	return &RollupError{names}
}

// Reads lists the rows that the answer needs, for package store's Cut.
func (q *Question) Reads(tenant string) []state.Read {
	var reads []state.Read
	for _, b := range q.buckets() {
		reads = append(reads, state.Read{Key: CellKey(tenant, b.asked.group, b.asked.rollup, b.month)})
	}
	if q.actual != nil {
		reads = append(reads, q.actual.Reads(tenant)...)
	}
	return reads
}
