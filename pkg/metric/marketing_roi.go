package metric

import (
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

// The measures of attributed wins.
const (
	attributedWon uint16 = iota
	attributedPriced
	attributedAmount
)

// attributed is the wins of deals whose lead has a campaign, by what that lead came from.
var attributed = &Group{
	Name: "attributed", Measures: []string{"won", "priced", "amount"}, Carried: byCampaign, Keep: alone(byCampaign...), Moved: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		o, lead := d.Outcome, &d.Credit.Captured
		if o == nil || !o.Won || !lead.Happened || lead.Dims[ledger.DimCampaign] == "" {
			return
		}
		out.add(Point{Day: o.Day, Dims: lead.Dims, Currency: currencyOf(&o.State)},
			Measure{attributedWon, 1}, Measure{attributedPriced, one(o.State.Priced)}, Measure{attributedAmount, o.State.Amount})
	},
}

var marketingROI = Metric{
	ID: "marketing_roi", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "What marketing's wins of the window earned beyond its spend, per unit spent: 1 means that each was earned back twice.",
	Formula:   "(sum(amount of deals won whose lead has a campaign) × margin rate − sum(marketing spend)) / sum(marketing spend)",
	Source:    "metric table: marketing ROI",
	Ambiguity: "Without a margin rate it would be a multiple of revenue and no return: it is null where none is configured. Wins and spend are of one window.",
	NumMoney:  true, DenMoney: true,
	Inputs: []Input{
		{Term: attributed.money(attributedAmount)}, {Term: spend.money(spendMarketing)}, {Term: attributed.sum(attributedPriced)},
	},
	Missing: []Gap{{"amount", attributed.sum(attributedWon).less(attributedPriced)}},
	Derive: func(v *View) Result {
		r := Result{Denominator: v.Sum(1), N: v.Priced(2)}
		switch {
		case v.Margin() == nil:
			r.Reason = "no margin rate is configured"
		case r.Denominator.Sign() == 0:
			r.N = 0
		default:
			earned := new(big.Rat).Mul(v.Sum(0), v.Margin())
			r.Numerator = earned.Sub(earned, r.Denominator)
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
}
