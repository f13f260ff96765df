package metric

import "math/big"

// ofQuotas makes the value of a metric of quotas, and notes how many owners (or teams) have bookings and no
// quota.
func (r Result) ofQuotas(without int64) Result {
	if without > 0 {
		r.Missing = map[string]any{"quota": without}
	}
	if r.N == 0 {
		return Result{Reason: "no quota is set for all of these days", Missing: r.Missing, Absent: without == 0}
	}
	r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
	return r
}

var quotaAttainmentMean = Metric{
	ID: "quota_attainment_mean", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "What the average owner reaches: the mean over owners with a quota of their own bookings over their quota. by=team takes the quotas of teams.",
	Formula:   "mean over owners with a quota of (bookings / quota in force, prorated by days where the window is shorter than the period)",
	Source:    "metric table: quota attainment, average rep",
	Siblings:  []string{"quota_attainment", "quota_attainment_share"},
	Ambiguity: "A mean of ratios: an owner with a small quota counts as much as one with a large one. quota_attainment sums first and divides then.",
	Inputs:    quotaInputs(), Each: byOwnerOrTeam,
	Derive: func(v *View) Result {
		r := Result{Numerator: new(big.Rat)}
		without := attainments(v, func(booked *big.Rat, quota Target) {
			r.Numerator.Add(r.Numerator, new(big.Rat).Quo(booked, quota.Value))
			r.N++
		})
		r.Denominator = new(big.Rat).SetInt64(r.N)
		return r.ofQuotas(without)
	},
}
