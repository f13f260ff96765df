package metric

import "weir.dev/weir/pkg/ledger"

// The measures of outcomes.
const (
	outcomeWon uint16 = iota
	outcomeWonPriced
	outcomeWonAmount
	outcomeNew
	outcomeNewPriced
	outcomeNewAmount
	outcomeLost
	outcomeLostCompetitor
	outcomeLostPriced
	outcomeLostAmount
	outcomeInPeriod // those of inPeriodMeasure follow
)

// outcomes is how deals ended, on the day of the final outcome.
var outcomes = &Group{
	Name: "outcomes",
	Measures: []string{
		"won", "won_priced", "won_amount", "new", "new_priced", "new_amount", "lost", "lost_competitor", "lost_priced", "lost_amount",
	},
	Keep: standard(), Moved: true,
	Deal: func(def *ledger.Definition, d *ledger.Deal, out *Points) {
		o := d.Outcome
		if o == nil {
			return
		}
		pt := Point{Day: o.Day, Dims: o.State.Dims, Currency: currencyOf(&o.State)}
		amount := o.State.Amount
		switch priced := one(o.State.Priced); {
		case !o.Won:
			out.add(pt, Measure{outcomeLost, 1}, Measure{outcomeLostCompetitor, one(o.Kind == "competitor")},
				Measure{outcomeLostPriced, priced}, Measure{outcomeLostAmount, amount})
		default:
			won := []Measure{{outcomeWon, 1}, {outcomeWonPriced, priced}, {outcomeWonAmount, amount}}
			if o.State.Dims[ledger.DimType] == "new" {
				won = append(won, Measure{outcomeNew, 1}, Measure{outcomeNewPriced, priced}, Measure{outcomeNewAmount, amount})
			}
			out.add(pt, inPeriod(def, d, won)...)
		}
	},
}

// currencyOf is the currency that a deal's amount counts in; without an amount it is in none.
func currencyOf(st *ledger.State) string {
	if st.Priced {
		return st.Currency
	}
	return ""
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
