package metric

import "math/big"

var ageInStage = Metric{
	ID: "age_in_stage", Version: 1, Unit: Seconds, Kind: Stock, Direction: Down,
	Sentence:  "How long, on average, the open deals have been in the stages that they are in, at the end of the day.",
	Formula:   "mean(end of day T − entry into the present stage) over deals open at T; missing.stage counts those in no stage",
	Source:    "metric table: time to move from one stage to the next, those still in it",
	Siblings:  []string{"time_in_stage"},
	Ambiguity: "time_in_stage is of stays that have ended, which are the shorter ones; this is of those that have not.",
	Inputs: []Input{
		{Term: open.sum(openCount).less(openUnstaged)},
		{Term: open.sum(openEntered)},
	},
	Missing: []Gap{{"stage", open.sum(openUnstaged)}},
	Derive: func(v *View) Result {
		n := v.Count(0)
		if n == 0 {
			return Result{}
		}
		evening := min(v.Window().To, v.AsOf()+1)
		age := big.NewRat(v.Calendar().Start(evening), 1)
		age.Sub(age, new(big.Rat).Quo(v.Sum(1), big.NewRat(n, 1)))
		return Result{Value: age.Quo(age, milliseconds), N: n}
	},
}

// milliseconds are those of a second.
var milliseconds = big.NewRat(1000, 1)
