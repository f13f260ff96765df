package metric

import (
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

var bookingsGini = Metric{
	ID: "bookings_gini", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Neutral,
	Sentence:  "How unevenly the bookings in the window lie among the owners that have some: 0 where all have the same, near 1 where one has all. With few owners it says little.",
	Formula:   "Σ (2i − n − 1) · bookings of owner i / (n · Σ bookings), the owners from the smallest to the largest; unknown is an owner",
	Source:    "metric table: top 20 % make 80 % of revenue, Gini",
	Siblings:  []string{"bookings_top_fifth_share"},
	Ambiguity: "Owners without bookings are not counted among the n, so that the number does not depend on who else has a name. bookings_top_fifth_share looks at the largest alone.",
	Inputs:    []Input{{Term: outcomes.money(outcomeWonAmount)}},
	Each:      []ledger.Dim{ledger.DimOwner},
	NumMoney:  true,
	DenMoney:  true,
	Derive: func(v *View) Result {
		booked, all := v.eachOwner()
		n := int64(len(booked))
		r := Result{Numerator: new(big.Rat), Denominator: new(big.Rat).Mul(all, big.NewRat(n, 1)), N: n}
		for i, sum := range booked {
			weight := big.NewRat(2*int64(i+1)-n-1, 1)
			r.Numerator.Add(r.Numerator, weight.Mul(weight, sum))
		}
		if n > 0 {
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
}
