package ledger

import (
	"math"
	"math/big"
	"math/bits"

	"weir.dev/weir/pkg/event"
)

// defaultDecimals is used for a currency that the table lacks, which validation does not let pass.
const defaultDecimals = 2

// Decimals is how many decimals the minor unit of a currency has.
func Decimals(currency string) int {
	if n, ok := event.CurrencyDecimals(currency); ok {
		return n
	}
	return defaultDecimals
}

// MinorUnits is how many minor units a major one of a currency has.
func MinorUnits(currency string) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(Decimals(currency))), nil))
}

// minor is unscaled·10^-scale of a currency in its minor units, rounded half to even: the amount of a
// fact that named no currency may have more decimals than the deal's.
func minor(unscaled int64, scale uint8, currency string) int64 {
	want := Decimals(currency)
	for ; int(scale) < want; scale++ {
		unscaled *= 10
	}
	div := int64(1)
	for ; int(scale) > want; scale-- {
		div *= 10
	}
	return MulDiv(unscaled, 1, div)
}

// scaled is a number of a field in units of 1/Scale.
func scaled(v *Field) int64 {
	div := int64(1)
	for range v.Scale {
		div *= 10
	}
	return MulDiv(v.Int, Scale, div)
}

// MulDiv is a·b/div, rounded half to even, for b ≥ 0 and div > 0. The product may exceed 64 bits; a result
// that does panics, and the record that asked for it is refused: no event that passes validation in a
// currency of two decimals gets there.
func MulDiv(a, b, div int64) int64 {
	negative := a < 0
	ua := uint64(a)
	if negative {
		ua = -ua
	}
	hi, lo := bits.Mul64(ua, uint64(b))
	if hi >= uint64(div) {
		panic("an amount leaves 64 bits")
	}
	q, r := bits.Div64(hi, lo, uint64(div))
	half := uint64(div) - r
	if r > half || r == half && q&1 == 1 {
		q++
	}
	if q > math.MaxInt64 {
		panic("an amount leaves 64 bits")
	}
	if negative {
		return -int64(q)
	}
	return int64(q)
}
