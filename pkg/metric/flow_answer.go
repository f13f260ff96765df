package metric

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// ErrPeriod is returned where the pipeline flow is asked for a window that is no fiscal period.
var ErrPeriod = errors.New("the pipeline flow is kept for fiscal months, quarters and years")

// FlowAmounts are the parts of a pipeline flow: money, or numbers of deals.
type FlowAmounts[T any] struct {
	Opening       T `json:"opening"`
	Created       T `json:"created"`
	MovedIn       T `json:"moved_in"`
	Up            T `json:"up"`
	Down          T `json:"down"`
	Won           T `json:"won"`
	Lost          T `json:"lost"`
	MovedOut      T `json:"moved_out"`
	Reopened      T `json:"reopened"`
	Removed       T `json:"removed"`
	ReassignedIn  T `json:"reassigned_in"`
	ReassignedOut T `json:"reassigned_out"`
	Closing       T `json:"closing"`
}

// term is where a term's part lies.
func (a *FlowAmounts[T]) term(t FlowTerm) *T {
	return [flowTerms]*T{
		&a.Created, &a.MovedIn, &a.Up, &a.Down, &a.Won, &a.Lost, &a.MovedOut, &a.Reopened, &a.Removed, &a.ReassignedIn, &a.ReassignedOut,
	}[t]
}

// FlowValue is the flow of the pipeline planned for a period: what was planned for it when it began,
// what changed, and what was left at its end (or at as_of). Opening and closing are taken from what
// deals were, the terms from what changed: where they do not add up, Balanced is false and Difference
// says by how much.
type FlowValue struct {
	Dimensions map[string]string `json:"dimensions"`
	FlowAmounts[Number]
	Balanced   bool               `json:"balanced"`
	Difference *Number            `json:"difference,omitempty"`
	Counts     FlowAmounts[int64] `json:"counts"`
	Missing    map[string]any     `json:"missing"`
}

// FlowQuestion asks for a pipeline flow.
type FlowQuestion struct {
	question Question // of the cells that are anchored at the period's first day, and of the rates
	window   calendar.Span
	asOf     event.Day
}

// AskFlow makes a question of a request, whose window must be a fiscal month, quarter or year. Of the
// request only the window, as_of, known, by, where and currency count. It fails with ErrPeriod,
// ErrRollup or ErrKnown.
func AskFlow(layout *Layout, req Request) (*FlowQuestion, error) {
	kind, _, ok := layout.Def.Calendar.FiscalPeriodOf(req.Window)
	if !ok {
		return nil, ErrPeriod
	}
	if req.Known != 0 && req.Known < req.AsOf {
		return nil, ErrKnown
	}
	group := FlowMonth
	switch kind {
	case calendar.Quarter, calendar.FiscalQuarter:
		group = FlowQuarter
	case calendar.Year, calendar.FiscalYear:
		group = FlowYear
	}
	f := &FlowQuestion{window: req.Window, asOf: req.AsOf}
	req.Window.To, req.AsOf = req.Window.From+1, max(req.AsOf, req.Window.From) // a period that lies ahead has a plan already
	f.question = Question{Metric: &Metric{Kind: Flow, Num: Term{Group: group}}, Request: req, layout: layout}
	a, err := f.question.rollup(group)
	f.question.groups = []asked{a, f.question.asked(rates, NewRollup(rates.Keep[0]))}
	return f, err
}

// Reads lists the rows that the answer needs, for package store's Cut.
func (f *FlowQuestion) Reads(tenant string) []state.Read { return f.question.Reads(tenant) }

// flowSums are the parts of one combination of dimensions, in minor units, and its money in currencies that have
// no rate.
type flowSums struct {
	values  []string
	amounts FlowAmounts[big.Rat]
	counts  FlowAmounts[int64]
	foreign map[string]*foreignFlow
}

// foreignFlow is what a flow leaves out of one currency.
type foreignFlow struct {
	closing int64
	changes Vector
}

// Answer makes the flow from the rows of Reads; without by, there is always one.
func (f *FlowQuestion) Answer(rows [][]state.Row) ([]FlowValue, error) {
	cells, err := f.question.cells(rows)
	if err != nil {
		return nil, err
	}
	f.question.rates = exchangeOf(cells)
	groups := map[string]*flowSums{}
	if len(f.question.Request.By) == 0 {
		groups[""] = &flowSums{foreign: map[string]*foreignFlow{}}
	}
	for i := range cells {
		if err := f.add(groups, &cells[i]); err != nil {
			return nil, err
		}
	}
	out := make([]FlowValue, 0, len(groups))
	for _, s := range groups {
		out = append(out, f.value(s))
	}
	slices.SortFunc(out, func(a, b FlowValue) int {
		for _, dim := range f.question.Request.By {
			if c := strings.Compare(a.Dimensions[dim.String()], b.Dimensions[dim.String()]); c != 0 {
				return c
			}
		}
		return 0
	})
	return out, nil
}

// add adds a cell of the period to the parts that it belongs to. All parts are converted by the rates of one day,
// that of the closing: at rates of their own they would not add up.
func (f *FlowQuestion) add(groups map[string]*flowSums, c *cellOf) error {
	if c.asked.group == rates || c.Anchor != f.window.From || c.Day >= f.window.To || c.Day > f.asOf {
		return nil
	}
	values := make([]string, len(c.asked.by))
	for i, place := range c.asked.by {
		values[i] = c.Values[place]
	}
	key := strings.Join(values, separator)
	s := groups[key]
	if s == nil {
		s = &flowSums{values: values, foreign: map[string]*foreignFlow{}}
		groups[key] = s
	}
	standing, count := c.vector.Get(flowStandingAmount), c.vector.Get(flowStandingCount)
	factor := f.question.factor(money{c.Currency, min(f.window.To-1, f.asOf)})
	if factor == nil {
		return s.leaveOut(c, standing, c.Day >= f.window.From)
	}
	add := func(to *big.Rat, minor int64) { to.Add(to, new(big.Rat).Mul(new(big.Rat).SetInt64(minor), factor)) }
	add(&s.amounts.Closing, standing)
	s.counts.Closing += count
	if c.Day < f.window.From {
		add(&s.amounts.Opening, standing)
		s.counts.Opening += count
		return nil
	}
	for t := range flowTerms {
		add(s.amounts.term(t), c.vector.Get(t.amount()))
		*s.counts.term(t) += c.vector.Get(t.count())
	}
	return nil
}

// leaveOut notes a cell in another currency; changes are those within the period.
func (s *flowSums) leaveOut(c *cellOf, standing int64, change bool) (err error) {
	other := s.foreign[c.Currency]
	if other == nil {
		other = &foreignFlow{}
		s.foreign[c.Currency] = other
	}
	other.closing += standing
	if change {
		other.changes, err = other.changes.Add(c.vector, 1)
	}
	return err
}

// value checks the identity and makes an answer of the parts.
func (f *FlowQuestion) value(s *flowSums) FlowValue {
	money := func(minor *big.Rat) Number { return major(nearest(minor), f.question.Request.Currency) }
	out := FlowValue{Dimensions: map[string]string{}, Counts: s.counts, Missing: map[string]any{}}
	for i, dim := range f.question.Request.By {
		out.Dimensions[dim.String()] = s.values[i]
	}
	sum := new(big.Rat).Set(&s.amounts.Opening)
	for t := range flowTerms {
		amount := s.amounts.term(t)
		sum.Add(sum, new(big.Rat).Mul(big.NewRat(t.Sign(), 1), amount))
		*out.term(t) = money(amount)
	}
	out.Opening, out.Closing = money(&s.amounts.Opening), money(&s.amounts.Closing)
	if out.Balanced = sum.Cmp(&s.amounts.Closing) == 0; !out.Balanced {
		difference := money(new(big.Rat).Sub(&s.amounts.Closing, sum))
		out.Difference = &difference
	}
	unconverted := map[string]Number{}
	for c, other := range s.foreign {
		if other.closing != 0 || len(other.changes) > 0 {
			unconverted[c] = major(big.NewInt(other.closing), c)
		}
	}
	if len(unconverted) > 0 {
		out.Missing["unconverted"] = unconverted
	}
	return out
}
