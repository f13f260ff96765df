package metric

import (
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

// quotaInputs is the quotas in force, and the bookings that are set against them.
func quotaInputs() []Input {
	return append(goalInputs(quotas), Input{Term: outcomes.money(outcomeWonAmount)})
}

// byOwnerOrTeam is whom quotas are set for, one by one.
var byOwnerOrTeam = []ledger.Dim{ledger.DimOwner, ledger.DimTeam}

// attainments calls emit for each owner (or team) with a quota, with what was booked; and counts those who
// have bookings and none.
func attainments(v *View, emit func(booked *big.Rat, quota Target)) (without int64) {
	for _, one := range v.Each() {
		booked := one.Sum(2)
		switch quota, ok := one.Target(0, one.Window(), false); {
		case ok && quota.Value.Sign() > 0:
			emit(booked, quota)
		case booked.Sign() > 0:
			without++
		}
	}
	return without
}

var quotaAttainment = Metric{
	ID: "quota_attainment", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Bookings of the owners with a quota over the sum of their quotas; owners without a quota are left out, with their bookings. by=team takes the quotas of teams.",
	Formula:   "sum(bookings) / sum(quotas in force, prorated by days where the window is shorter than the period), over owners with a quota",
	Source:    "metric table: quota attainment, team",
	Siblings:  []string{"quota_attainment_mean", "quota_attainment_share", "goal_attainment"},
	Ambiguity: "All together, not the average one: quota_attainment_mean is the mean of the owners' own, quota_attainment_share how many reached theirs. A deal counts for its owner at the win.",
	Inputs:    quotaInputs(), Each: byOwnerOrTeam, NumMoney: true, DenMoney: true,
	Derive: func(v *View) Result {
		r := Result{Numerator: new(big.Rat), Denominator: new(big.Rat), Original: new(big.Rat)}
		without := attainments(v, func(booked *big.Rat, quota Target) {
			r.Numerator.Add(r.Numerator, booked)
			r.Denominator.Add(r.Denominator, quota.Value)
			r.Original.Add(r.Original, quota.Original)
			r.N++
		})
		return r.ofQuotas(without)
	},
}
