package metric

import (
	"math/big"
	"slices"

	"weir.dev/weir/pkg/ledger"
)

var bookingsTopFifthShare = Metric{
	ID: "bookings_top_fifth_share", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Neutral,
	Sentence:  "Of the bookings in the window, the share of the fifth of the owners that booked most: whether a few make most of it. With few owners it says little.",
	Formula:   "sum(bookings of the first ⌈n/5⌉ of n owners with bookings, the largest first) / sum(bookings); unknown is an owner",
	Source:    "metric table: top 20 % make 80 % of revenue",
	Siblings:  []string{"bookings_gini"},
	Ambiguity: "A fifth of few owners is one of them; bookings_gini looks at all of them.",
	Inputs:    []Input{{Term: outcomes.money(outcomeWonAmount)}},
	Each:      []ledger.Dim{ledger.DimOwner},
	NumMoney:  true,
	DenMoney:  true,
	Derive: func(v *View) Result {
		booked, all := v.eachOwner()
		n := len(booked)
		r := Result{Numerator: new(big.Rat), Denominator: all, N: int64(n)}
		if n == 0 {
			return r
		}
		for _, sum := range booked[n-(n+4)/5:] {
			r.Numerator.Add(r.Numerator, sum)
		}
		r.Value = new(big.Rat).Quo(r.Numerator, all)
		return r
	},
}

// eachOwner is the bookings of the owners that have some, the smallest first, and their sum.
func (v *View) eachOwner() (booked []*big.Rat, all *big.Rat) {
	all = new(big.Rat)
	for _, owner := range v.Each() {
		if sum := owner.Sum(0); sum.Sign() > 0 {
			booked = append(booked, sum)
			all.Add(all, sum)
		}
	}
	slices.SortFunc(booked, (*big.Rat).Cmp)
	return booked, all
}
