package metric

import "math/big"

var revenueImpact = Metric{
	ID: "revenue_impact", Version: 1, Unit: MoneyPerDay, Kind: Fraction, Direction: Up,
	Sentence:  "How much more or less money a day the decided deals brought in the window than in the period before it, or in against=; by=driver splits it exactly into volume, value, velocity and conversion. An account of what moved with it, not of what caused it.",
	Formula:   "sales_velocity of the window − that of the period before; the part of a driver is L · ln(driver / driver before), with L = (v − v before) / ln(v / v before), rounded so that the parts add up",
	Source:    "metric table: revenue impact",
	Siblings:  []string{"sales_velocity"},
	Ambiguity: "The volume is of the decided deals, as in sales_velocity. The period before is as many months, or as many days where the window is no whole months; missing.immature is the share of the window that lies ahead.",
	Inputs:    append(velocityInputs(OverWindow), velocityInputs(OverAgainst)...),
	Missing:   velocityMissing,
	NumMoney:  true,
	DenMoney:  true,
	Parts:     []string{"volume", "value", "velocity", "conversion"},
	Derive: func(v *View) Result {
		now, before := v.fourVs(0), v.fourVs(velocityOpen)
		r := Result{Numerator: now.perDay(), Denominator: before.perDay(), N: v.Count(velocityWon) + v.Count(velocityLost), Missing: v.immature()}
		switch {
		case r.Numerator == nil:
			r.Reason = now.lacks
		case r.Denominator == nil && before.volume.Sign() == 0:
			r.Reason = "in the period before, no deal was decided"
		case r.Denominator == nil:
			r.Reason = "in the period before, " + before.lacks
		case r.Numerator.Sign() == 0 || r.Denominator.Sign() == 0:
			r.Reason = "the deals of one period are worth nothing"
		default:
			r.Value = new(big.Rat).Sub(r.Numerator, r.Denominator)
			r.Parts = decompose(now, before)
		}
		return r
	},
}

// decompose splits the change between two products of four factors into a part for each.
func decompose(now, before fourVs) []Part {
	was := before.factors()
	parts := make([]Part, len(was))
	for i, factor := range now.factors() {
		parts[i] = Part{After: factor, Before: was[i], Money: factor == now.value}
	}
	logarithmicMean(parts, now.perDay(), before.perDay())
	return parts
}

// factors are the four, in the order of the metric's parts.
func (d fourVs) factors() []*big.Rat {
	return []*big.Rat{d.volume, d.value, d.velocity, d.conversion}
}
