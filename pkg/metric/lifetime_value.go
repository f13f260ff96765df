package metric

import (
	"math/big"

	"weir.dev/weir/pkg/calendar"
)

var lifetimeValue = Metric{
	ID: "lifetime_value", Version: 1, Unit: Money, Kind: Fraction, Direction: Up,
	Sentence: "What a customer brings in margin until leaving, if as many go on leaving as did in the month, quarter or year.",
	Formula:  "opening mrr / opening customers · months of the period · margin rate / customer_churn_rate; null where nobody left, or without a margin rate",
	Source:   "metric table: lifetime value",

	Ambiguity: "Revenue a customer, margin and churn are those of one period, on the customers of its start; others leave the margin out. n is those who left: one more or less moves it far.",
	Inputs:    append([]Input{opening(mrrTerm), opening(recurring.sum(recurringCustomers))}, leftInputs(leftCount)...),
	Derive: func(v *View) Result {
		gone := v.Count(left(v, 2))
		r := Result{N: gone, Missing: v.immature()}
		switch {
		case v.Count(1) == 0:
		case v.Margin() == nil:
			r.Reason = noMargin
		case gone == 0:
			r.Reason = "nobody left: there is no churn to divide by"
		default:
			r.Numerator = marginOver(v, v.Sum(0), v.Margin())
			r.Denominator = new(big.Rat).SetInt64(gone)
			r.Value = new(big.Rat).Quo(r.Numerator, r.Denominator)
		}
		return r
	},
	NumMoney: true,
	Standard: true,
}

// noMargin is why there is no value without a margin rate.
const noMargin = "no margin rate is configured"

// marginOver is the margin on an amount a month over the months of a standard period.
func marginOver(v *View, monthly, margin *big.Rat) *big.Rat {
	w := v.Window()
	length := int64(calendar.MonthOf(w.To) - calendar.MonthOf(w.From))
	return new(big.Rat).Mul(new(big.Rat).Mul(monthly, margin), new(big.Rat).SetInt64(length))
}
