package metric

import (
	"math/bits"

	"weir.dev/weir/pkg/ledger"
)

// The measures of contracts. What a year of them is worth is whole minor units, and the rest in 10⁻⁴ of one.
const (
	contractSigned uint16 = iota
	contractYearly
	contractYearlyRest
	contractShort
)

// contracts is what contracts are worth for a year, without one-time fees, on the day on which they were signed.
var contracts = &Group{
	Name: "contracts", Measures: []string{"signed", "yearly", "yearly_rest", "short"}, Keep: standard(),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Final.Status == ledger.Gone {
			return
		}
		for i := range d.Contracts {
			c := &d.Contracts[i]
			months, parts := c.Months()
			whole, rest := portion(c.Amount-c.OneTime, monthsAYear*parts, months)
			out.add(Point{Day: c.Day, Dims: c.Dims, Currency: c.Currency},
				Measure{contractSigned, 1}, Measure{contractYearly, whole}, Measure{contractYearlyRest, rest},
				Measure{contractShort, one(months < monthsAYear*parts)})
		}
	},
}

// monthsAYear is the months of a year.
const monthsAYear = 12

// portion is amount·num/den, for num ≥ 0 and den > 0: whole minor units, and the rest in 10⁻⁴ of one, rounded half
// to even. A result that leaves 64 bits panics, and the record that asked for it is refused.
func portion(amount, num, den int64) (whole, rest int64) {
	if amount < 0 {
		whole, rest = portion(-amount, num, den)
		return -whole, -rest
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(num))
	if hi >= uint64(den) {
		panic("an amount leaves 64 bits")
	}
	q, r := bits.Div64(hi, lo, uint64(den))
	if whole = int64(q); whole < 0 {
		panic("an amount leaves 64 bits")
	}
	return whole, ledger.MulDiv(int64(r), PartsPerMinor, den)
}
