package metric

import (
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
)

// Unit is what a value is counted in.
type Unit string

// The units.
const (
	Count   Unit = "count"
	Money   Unit = "money"
	Ratio   Unit = "ratio"
	Seconds Unit = "seconds"

	MoneyPerDay Unit = "money per day"
	Score       Unit = "score" // from −100 to 100
)

// Kind is how a metric relates to its window.
type Kind string

// The kinds: what happened in the window; what stood at its end; a ratio of two flows; of those that
// entered in the window, how many reached the end; a distribution over the window.
const (
	Flow     Kind = "flow"
	Stock    Kind = "stock"
	Fraction Kind = "ratio"
	Cohort   Kind = "cohort"
	Quantile Kind = "quantile"
)

// Direction is which way is better.
type Direction string

// The directions.
const (
	Up      Direction = "up"
	Down    Direction = "down"
	Neutral Direction = "neutral"
)

// Term is a sum over cells: the measures of Plus, less those of Minus.
type Term struct {
	Group *Group
	Plus  []uint16
	Minus []uint16
	Money bool   // the measures are money, in minor units
	Rest  uint16 // a measure in 1/PartsPerMinor of a minor unit that belongs to them; 0 for none
	Per   int64  // the money is one part of so many: 12 of what is kept a year and told a month; 0 for all of it
}

// sum is the term of some measures of a group.
func (g *Group) sum(measures ...uint16) Term { return Term{Group: g, Plus: measures} }

// money is the term of a measure in minor units.
func (g *Group) money(measure uint16) Term {
	return Term{Group: g, Plus: []uint16{measure}, Money: true}
}

// less is the term less some measures of its group.
func (t Term) less(measures ...uint16) Term {
	t.Minus = append(t.Minus, measures...)
	return t
}

// Gap is something that was left out of a value, under the name that "missing" calls it.
type Gap struct {
	Name string
	Term Term
}

// Metric is one number that users can ask for.
type Metric struct {
	ID        string
	Version   int
	Sentence  string // what it says, for people
	Formula   string // how it is made
	Source    string // where the definition comes from
	Unit      Unit
	Kind      Kind
	Direction Direction
	Siblings  []string // other readings of the same name
	Ambiguity string   // what the name leaves open, and which ids hold the other readings

	Num     Term
	Den     Term // of a ratio or cohort; without a group for any other
	N       Term // how many things were summed, where that is neither the value nor the denominator
	Missing []Gap
	Mean    bool   // a quantile's value is its mean, not its median
	Strict  uint16 // the measure that stands for Num with skip=strict; 0 where there is no such choice
	Open    Term   // of a cohort, those undecided: the immature share where no cap is asked for
	Modes   []Mode // the ways of reading it, the first where none is asked for
	Pairs   bool   // it is read by pairs of stages, from one to the next or to a later one

	Inputs   []Input              // of a formula that is more than Num over Den
	Derive   func(v *View) Result // that formula
	Common   *Group               // a group that is the same for all values of the dimensions that it lacks: what each value is compared with
	Each     []ledger.Dim         // a dimension whose values the formula looks at one by one; where by has one of them, that is it
	NumMoney bool                 // the result's numerator is money
	DenMoney bool                 // … and its denominator
	Parts    []string             // what the result's parts are called, under the dimension driver
	Standard bool                 // the window must be a month, quarter or year, calendar or fiscal

	// Of what is set against a goal: the metrics whose goal it reads, the first that has one (where=metric:id
	// names another), and the days over which it reads that metric's own answer, for some of its own.
	Targets []string
	Actual  func(q *Question, days calendar.Span) []calendar.Span
}

// Dimensions are the dimensions by which the metric can be split or filtered alone, in the default rollups:
// those that all of its groups keep, beside the one whose values the formula looks at one by one.
func (m *Metric) Dimensions() []string {
	var names []string
	groups := m.groups()
	if len(groups) == 0 {
		return nil
	}
	for _, d := range unnamed(slices.Concat(groups[0].Keep...)) {
		if !slices.Contains(names, d.String()) && !slices.ContainsFunc(groups, func(g *Group) bool { return !m.splits(g, d) && m.Common != g }) {
			names = append(names, d.String())
		}
	}
	if len(m.Parts) > 0 {
		names = append(names, ledger.DimDriver.String())
	}
	if m.Pairs {
		names = append(names, ledger.DimFrom.String())
	}
	return names
}

// splits reports whether a group's default rollups answer for a dimension.
func (m *Metric) splits(g *Group, d ledger.Dim) bool {
	if len(m.Each) == 0 || slices.Contains(m.Each, d) {
		return g.keeps(d)
	}
	return slices.ContainsFunc(g.Keep, func(dims []ledger.Dim) bool {
		return slices.Contains(dims, d) && slices.Contains(dims, m.Each[0])
	})
}

// proportion reports whether the metric is a proportion of counts, for which an interval is known.
func (m *Metric) proportion() bool {
	return m.Den.Group != nil && !m.Den.Money && !m.Num.Money && m.Unit == Ratio
}

// PartsPerMinor is how finely weighted money is kept: 10⁻⁴ minor units. Whole minor units and the rest are
// kept apart, so that sums have the same room as those of amounts.
const PartsPerMinor = ledger.PartsPerMinor
