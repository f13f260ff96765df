package metric

import "weir.dev/weir/pkg/ledger"

// onboarding is the seconds from the first win of an account to the first start of a subscription after it, on the day
// of that start; unknown on the day of the win where none has started since.
var onboarding = &Group{
	Name: "onboarding", Measures: []string{"started", "seconds"}, Keep: standard(ledger.DimProduct),
	Account: func(def *ledger.Definition, a *ledger.Account, out *Points) {
		if len(a.Wins) == 0 {
			return
		}
		first := &a.Wins[0]
		for _, at := range a.Starts {
			if at >= first.At {
				out.add(Point{Day: def.Day(at), Dims: first.Dims}, histogramOf((at-first.At)/1000)...)
				return
			}
		}
		out.add(Point{Day: first.Day, Dims: first.Dims}, Measure{histogramUnknown, 1})
	},
}

var onboardingLag = Metric{
	ID: "onboarding_lag", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence: "The time from a customer's first won deal to the start of the onboarding, for the onboardings that started in the window.",
	Formula:  "distribution, over accounts, of the first subscription.started at or after the account's first won deal − that won_at, by the day of the start",
	Source:   "metric table: customer experience (hand-off lag, won to onboarding start)",
	Siblings: []string{"owner_changes"},
	Ambiguity: "The onboarding starts when the first subscription after the win does. An account counts once, with the dimensions of its first won deal. " +
		"missing.start are accounts first won in the window of which nothing has started since.",
	Num:     onboarding.sum(histogramCount),
	Missing: []Gap{{"start", onboarding.sum(histogramUnknown)}},
}
