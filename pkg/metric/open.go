package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of what is open. The weighted amount is whole minor units, and the rest in 10⁻⁴ of one. The
// instants are those at which the deals entered the stages that they are in, in milliseconds.
const (
	openCount uint16 = iota
	openPriced
	openAmount
	openWeighed
	openWeighted
	openPast
	openWeightedRest
	openUnstaged
	openEntered
	openUnplanned
)

// open is the open deals, as changes to a stock: what a deal was on the evening of each day on which
// it changed. Past its plan it is from the day after the planned close on, without any event.
var open = &Group{
	Name:     "open",
	Measures: []string{"open", "priced", "amount", "weighed", "weighted", "past_plan", "weighted_rest", "unstaged", "entered", "unplanned"},
	Stock:    true,
	Own:      []ledger.Dim{ledger.DimStage},
	Keep:     append(standard(), byStage(ledger.DimStage)...),
	Deal: func(def *ledger.Definition, d *ledger.Deal, out *Points) {
		evenings(d, standsAs, func(st *ledger.State, from, until event.Day) {
			if st.Status == ledger.Open {
				stand(def, st, from, until, out)
			}
		})
	},
}

// evenings visits what a deal was on the evenings of its days: each state, and the days from and until which
// it stood, Always for ever. States that are the same for the purpose are one. Those that ended among the settled
// steps are left out.
func evenings(d *ledger.Deal, same func(a, b *ledger.State) bool, visit func(st *ledger.State, from, until event.Day)) {
	for i := openEvening(d, same); i < len(d.Steps); {
		next := evening(d, i+1)
		for next < len(d.Steps) && same(&d.Steps[i].State, &d.Steps[next].State) {
			next = evening(d, next+1)
		}
		until := ledger.Always
		if next < len(d.Steps) {
			until = d.Steps[next].Day
		}
		visit(&d.Steps[i].State, d.Steps[i].Day, until)
		i = next
	}
}

// openEvening is where the state began that stood before the day of the last settled step: that day may go on.
func openEvening(d *ledger.Deal, same func(a, b *ledger.State) bool) int {
	i := morning(d, d.Settled.Steps-1)
	if i < 0 {
		return evening(d, 0)
	}
	for before := morning(d, i); before >= 0 && same(&d.Steps[before].State, &d.Steps[i].State); before = morning(d, i) {
		i = before
	}
	return i
}

// morning is the last step of an earlier day than that of step i, -1 where there is none.
func morning(d *ledger.Deal, i int) int {
	before := i - 1
	for before >= 0 && d.Steps[before].Day == d.Steps[i].Day {
		before--
	}
	return max(before, -1)
}

// evening is the first step from i on that is the last of its day.
func evening(d *ledger.Deal, i int) int {
	for i+1 < len(d.Steps) && d.Steps[i+1].Day == d.Steps[i].Day {
		i++
	}
	return i
}

// standsAs reports whether two states count the same as long as they last.
func standsAs(a, b *ledger.State) bool {
	return a.Status == b.Status && a.Stage == b.Stage && a.Since == b.Since && a.Amount == b.Amount && a.Priced == b.Priced && a.Currency == b.Currency &&
		a.Plan == b.Plan && a.Planned == b.Planned && a.Probability == b.Probability && a.Weighed == b.Weighed &&
		(a.Dims == b.Dims || *a.Dims == *b.Dims)
}

// stand adds what a deal was from one day until another.
func stand(def *ledger.Definition, st *ledger.State, from, until event.Day, out *Points) {
	pt := Point{Dims: st.Dims, Own: Values{st.Stage}, Currency: currencyOf(st)}
	weighted, rest, weighed := weight(def, st)
	for _, edge := range [...]struct {
		day  event.Day
		sign int64
	}{{from, 1}, {until, -1}} {
		if pt.Day = edge.day; edge.day != ledger.Always {
			out.add(pt, Measure{openCount, edge.sign}, Measure{openPriced, edge.sign * one(st.Priced)},
				Measure{openAmount, edge.sign * st.Amount},
				Measure{openWeighed, edge.sign * one(weighed)}, Measure{openWeighted, edge.sign * weighted},
				Measure{openWeightedRest, edge.sign * rest},
				Measure{openUnstaged, edge.sign * one(st.Stage == "")}, Measure{openEntered, edge.sign * st.Since},
				Measure{openUnplanned, edge.sign * one(!st.Planned)})
		}
	}
	if past := max(from, st.Plan+1); st.Planned && past < until {
		pt.Day = past
		out.add(pt, Measure{openPast, 1})
		if pt.Day = until; until != ledger.Always {
			out.add(pt, Measure{openPast, -1})
		}
	}
}

// weight is the amount of a deal times its probability, its own before its stage's: whole minor units, and
// the rest in 10⁻⁴ of one, rounded half to even.
func weight(def *ledger.Definition, st *ledger.State) (whole, rest int64, ok bool) {
	p, ok := st.Probability, st.Weighed
	if !ok {
		stage := def.Stage(st.Stage)
		p, ok = stage.Probability, stage.HasProbability
	}
	if !ok {
		return 0, 0, false
	}
	whole, part := st.Amount/ledger.Scale*p, st.Amount%ledger.Scale*p // in units of 1, and of 1/Scale
	whole += part / ledger.Scale
	return whole, ledger.MulDiv(part%ledger.Scale, PartsPerMinor, ledger.Scale), true
}
