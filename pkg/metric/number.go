package metric

import (
	"math"
	"math/big"
	"strconv"

	"weir.dev/weir/pkg/ledger"
)

// Number is a number in JSON: an integer, or a decimal fraction that is exact where it is money.
type Number string

// MarshalJSON writes the number as it is.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// number is a sum as the answer shows it: a whole number, or money in major units.
func (q *Question) number(money bool, sum *big.Rat) *Number {
	whole := nearest(sum)
	n := Number(whole.String())
	if money {
		n = major(whole, q.Request.Currency)
	}
	return &n
}

// quantity is a numerator or a denominator as the answer shows it: a number that is not whole as a fraction.
func (q *Question) quantity(money bool, n *big.Rat) *Number {
	if money || n.IsInt() {
		return q.number(money, n)
	}
	f, _ := n.Float64()
	return fraction(f)
}

// major is minor units as a decimal number of major units.
func major(minor *big.Int, currency string) Number {
	sign, s, decimals := "", new(big.Int).Abs(minor).String(), ledger.Decimals(currency)
	if minor.Sign() < 0 {
		sign = "-"
	}
	for len(s) <= decimals {
		s = "0" + s
	}
	if decimals == 0 {
		return Number(sign + s)
	}
	return Number(sign + s[:len(s)-decimals] + "." + s[len(s)-decimals:])
}

func fraction(f float64) *Number {
	n := Number(strconv.FormatFloat(f, 'f', -1, 64))
	return &n
}

// normal95 is how many standard deviations to either side hold 95 % of a normal distribution.
const normal95 = 1.959963984540054

// wilson is the 95 % interval of a proportion (Wilson 1927); none where there is more than all.
func wilson(k, n int64) []float64 {
	if k > n {
		return nil
	}
	const z = normal95
	p, size := float64(k)/float64(n), float64(n)
	centre := p + z*z/(2*size)
	half := z * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	scale := 1 + z*z/size
	return []float64{max(0, (centre-half)/scale), min(1, (centre+half)/scale)}
}
