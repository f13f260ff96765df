package metric

import "math/big"

// The inputs of velocities, in this order.
const (
	velocityWon = iota
	velocityLost
	velocitySizes
	velocitySized
	velocityCycles
	velocityCycled
	velocityOpen
)

// velocityInputs are the sums that the four Vs are made of.
func velocityInputs(over Over) []Input {
	return []Input{
		{outcomes.sum(outcomeWon), over},
		{outcomes.sum(outcomeLost), over},
		{Term{Group: sizes, Plus: []uint16{histogramSum}, Money: true, Rest: histogramRest}, over},
		{sizes.sum(histogramCount), over},
		{cycles.sum(histogramSum), over},
		{cycles.sum(histogramCount), over},
	}
}

var velocityMissing = []Gap{{"amount", sizes.sum(histogramUnknown)}, {"creation", cycles.sum(histogramUnknown)}}

var salesVelocity = Metric{
	ID: "sales_velocity", Version: 1, Unit: MoneyPerDay, Kind: Fraction, Direction: Up,
	Sentence:  "The money that the deals decided in the window brought a day: how many, times win rate, times average size, over the average cycle.",
	Formula:   "(won + lost) · win rate · average deal size, for twelve months / mean sales cycle in days, all of the deals decided in the window",
	Source:    "metric table: volume, value, velocity, conversion",
	Siblings:  []string{"sales_velocity_open", "revenue_impact"},
	Ambiguity: "The number of deals is of those decided in the window; sales_velocity_open puts the deals open at its end in their place. revenue_impact says which of the four moved it.",
	Inputs:    velocityInputs(OverWindow),
	Missing:   velocityMissing,
	NumMoney:  true,
	Derive: func(v *View) Result {
		return v.fourVs(0).result(v.Count(velocityWon) + v.Count(velocityLost))
	},
}

// fourVs are volume, value, velocity and conversion of the decided deals, from velocityInputs at a place.
func (v *View) fourVs(at int) fourVs {
	return newFourVs(
		v.Sum(at+velocityWon), v.Sum(at+velocityLost), v.Sum(at+velocitySizes), big.NewRat(v.Priced(at+velocitySized), 1),
		v.Sum(at+velocityCycles), v.Sum(at+velocityCycled),
	)
}
