package metric

import "math/big"

var quotaAttainmentShare = Metric{
	ID: "quota_attainment_share", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the owners with a quota, the share that reached it. by=team takes the quotas of teams.",
	Formula:   "count(owners whose bookings are at or over their quota) / count(owners with a quota)",
	Source:    "metric table: quota attainment, share of reps at or over 100 %",
	Siblings:  []string{"quota_attainment", "quota_attainment_mean"},
	Ambiguity: "It says how many reached their quota and not by how much: quota_attainment and quota_attainment_mean do.",
	Inputs:    quotaInputs(), Each: byOwnerOrTeam,
	Derive: func(v *View) Result {
		r := Result{Numerator: new(big.Rat), Proportion: true}
		without := attainments(v, func(booked *big.Rat, quota Target) {
			if booked.Cmp(quota.Value) >= 0 {
				r.Numerator.Add(r.Numerator, identity)
			}
			r.N++
		})
		r.Denominator = new(big.Rat).SetInt64(r.N)
		return r.ofQuotas(without)
	},
}
