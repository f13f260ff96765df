package metric

import "math/big"

// flowRatio is a formula: of two flows of a window, the first over the second, a count. The one is no part of
// the other, so it may pass 1 and has no interval.
func flowRatio(v *View) Result {
	r := Result{Numerator: v.Sum(0), Denominator: v.Sum(1), N: v.Count(1)}
	if r.N > 0 {
		r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
	}
	return r
}

var funnelConversionRate = Metric{
	ID: "funnel_conversion_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Leads converted to a deal in the window over leads captured in it. Old leads that convert now can take it past 1.",
	Formula:   "count(leads by the day of their first lead.converted) / count(leads by the day of their capture)",
	Source:    "metric table: funnel conversion rate",
	Siblings:  []string{"lead_conversion_rate"},
	Ambiguity: "Two flows of one window, not one group of leads: lead_conversion_rate follows those captured in the window.",
	Inputs:    []Input{{Term: captures.sum(captureConverted)}, {Term: captures.sum(captureAll)}},
	Derive:    flowRatio,
}
