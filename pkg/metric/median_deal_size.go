package metric

import "weir.dev/weir/pkg/ledger"

// sizes is the annualised amounts of won deals, in minor units; unknown where a win has no amount.
var sizes = &Group{
	Name: "sizes", Measures: []string{"won", "amount"}, Keep: standard(), Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		o := d.Outcome
		if o == nil || !o.Won {
			return
		}
		pt := Point{Day: o.Day, Dims: o.State.Dims, Currency: currencyOf(&o.State)}
		if o.State.Priced {
			whole, rest := annualised(&o.State)
			out.add(pt, append(histogramOf(whole), Measure{histogramRest, rest})...)
		} else {
			out.add(pt, Measure{histogramUnknown, 1})
		}
	},
}

// annualised is a deal's amount for twelve months, as portion gives it; a shorter term counts whole.
func annualised(st *ledger.State) (whole, rest int64) {
	if st.Term <= monthsAYear {
		return st.Amount, 0
	}
	return portion(st.Amount, monthsAYear, st.Term)
}

var medianDealSize = Metric{
	ID: "median_deal_size", Version: 1, Unit: Money, Kind: Quantile, Direction: Up,
	Sentence:  "The median amount, for twelve months, of the deals won in the window.",
	Formula:   "distribution of amount at the win · 12 / term in months (a term of up to 12 months, or none, counts whole)",
	Source:    "metric table: average deal size",
	Siblings:  []string{"average_deal_size", "average_deal_size_booked"},
	Ambiguity: "The middle one, for twelve months; average_deal_size is the mean of the same amounts, average_deal_size_booked that of the amounts as booked.",
	Num:       sizes.sum(histogramCount),
	Missing:   []Gap{{"amount", sizes.sum(histogramUnknown)}},
}
