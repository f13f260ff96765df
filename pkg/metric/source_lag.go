package metric

import (
	"math/big"
	"strings"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// lags is how many facts there are of a day, by the system that said them, and how many days later they became known.
// Every event counts here, so that there is one rollup, and each fact contributes by itself.
var lags = &Group{
	Name: "lags", Measures: []string{"facts", "days"}, Logged: true,
	Carried: []ledger.Dim{ledger.DimSource}, Keep: [][]ledger.Dim{{ledger.DimSource}},
	Fact: func(def *ledger.Definition, f *ledger.Fact, out *Points) {
		if f.Kind == event.KindUsageRecorded || f.Kind == event.KindSubjectErased {
			return // many uses are one fact, of no source; an erasure changes no number
		}
		day := def.Day(f.Time)
		out.add(Point{Day: day, Dims: out.from(f.Source)}, Measure{0, 1}, Measure{1, int64(f.Known - day)})
	},
}

// from is dimensions of which the source alone is known.
func (p *Points) from(source string) *ledger.Dims {
	dims, ok := p.sources[source]
	if !ok {
		if p.sources == nil {
			p.sources = map[string]*ledger.Dims{}
		}
		source = strings.Clone(source) // it may be part of a block
		dims = &ledger.Dims{ledger.DimSource: source}
		p.sources[source] = dims
	}
	return dims
}

var sourceLag = Metric{
	ID: "source_lag", Version: 1, Unit: Seconds, Kind: Flow, Direction: Down,
	Sentence:  "How long, on average, after the day on which they happened the facts of the window became known, in whole days; by=source names the systems that said them.",
	Formula:   "Σ (day on which a fact became known − day on which it happened) · 86400 s / count(facts that happened in the window), usage and erasures left out; the source is the CloudEvents one",
	Source:    "metric table: eliminate inaccurate CRM data",
	Ambiguity: "Days are the finest that is kept of when something became known: what came within its day counts as 0.",
	Inputs:    []Input{{Term: lags.sum(0)}, {Term: lags.sum(1)}},
	Derive: func(v *View) Result {
		r := Result{N: v.Count(0), Denominator: v.Sum(0), Numerator: v.Sum(1)}
		r.Numerator.Mul(r.Numerator, big.NewRat(daySeconds, 1))
		if r.N != 0 {
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
}
