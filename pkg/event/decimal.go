package event

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Decimal is the exact number Unscaled × 10^-Scale. It has at most 18 digits, so it is never infinite
// and never NaN.
type Decimal struct {
	Unscaled int64
	Scale    uint8 // digits after the point, at most 18
}

// maxDigits is how many digits a Decimal may have: every number of so many fits an int64.
const maxDigits = 18

// What a Decimal or a Count refuses.
var (
	ErrDecimal = errors.New("not a decimal number: want plain notation of at most 18 digits, without an exponent")
	ErrRange   = errors.New("out of range")
	ErrCount   = errors.New("not a whole number")
)

// ParseDecimal reads plain decimal notation: an optional minus, digits without leading zeros, an
// optional point with digits. It keeps trailing zeros, and fails with ErrDecimal.
func ParseDecimal(s string) (Decimal, error) { return parseDecimal(s) }

func parseDecimal[T string | []byte](s T) (Decimal, error) {
	i, negative := 0, false
	if len(s) > 0 && s[0] == '-' {
		i, negative = 1, true
	}
	var d Decimal
	first, point := i, -1
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && point < 0 && i > first {
			point = i
			continue
		}
		if c < '0' || c > '9' || i-first > maxDigits+1 {
			return Decimal{}, ErrDecimal
		}
		d.Unscaled = d.Unscaled*10 + int64(c-'0')
	}
	whole, digits := len(s)-first, len(s)-first
	if point >= 0 {
		whole = point - first
		digits--
		d.Scale = uint8(len(s) - point - 1)
		if d.Scale == 0 {
			return Decimal{}, ErrDecimal
		}
	}
	if digits == 0 || digits > maxDigits || whole > 1 && s[first] == '0' {
		return Decimal{}, ErrDecimal
	}
	if negative {
		d.Unscaled = -d.Unscaled
	}
	return d, nil
}

// Normal is the same number without trailing zeros after the point.
func (d Decimal) Normal() Decimal {
	for d.Scale > 0 && d.Unscaled%10 == 0 {
		d.Unscaled /= 10
		d.Scale--
	}
	return d
}

// String is the number in plain decimal notation, with Scale digits after the point.
func (d Decimal) String() string {
	var buf [24]byte
	b := buf[:0]
	u := uint64(d.Unscaled)
	if d.Unscaled < 0 {
		b = append(b, '-')
		u = -u
	}
	digits := strconv.AppendUint(nil, u, 10)
	for len(digits) <= int(d.Scale) {
		digits = append([]byte{'0'}, digits...)
	}
	point := len(digits) - int(d.Scale)
	b = append(b, digits[:point]...)
	if d.Scale > 0 {
		b = append(append(b, '.'), digits[point:]...)
	}
	return string(b)
}

// Minor is the number in units of 10^-decimals, rounded half to even; exact reports that nothing was
// rounded. It fails with ErrRange where the result does not fit an int64 or decimals is not 0 to 18.
func (d Decimal) Minor(decimals int) (minor int64, exact bool, err error) {
	if decimals < 0 || decimals > maxDigits || d.Scale > maxDigits {
		return 0, false, fmt.Errorf("%s in 10^-%d: %w", d, decimals, ErrRange)
	}
	if shift := decimals - int(d.Scale); shift >= 0 {
		hi, lo := bits.Mul64(magnitude(d.Unscaled), pow10(shift))
		if hi != 0 || lo > 1<<63-1 {
			return 0, false, fmt.Errorf("%s in 10^-%d: %w", d, decimals, ErrRange)
		}
		return signed(lo, d.Unscaled < 0), true, nil
	}
	unit := pow10(int(d.Scale) - decimals)
	quotient, rest := magnitude(d.Unscaled)/unit, magnitude(d.Unscaled)%unit
	if twice := 2 * rest; twice > unit || twice == unit && quotient%2 == 1 {
		quotient++
	}
	return signed(quotient, d.Unscaled < 0), rest == 0, nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func signed(magnitude uint64, negative bool) int64 {
	if negative {
		return -int64(magnitude)
	}
	return int64(magnitude)
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// Compare is -1, 0 or 1 as d is less than, equal to or greater than the whole number n.
func (d Decimal) Compare(n int64) int {
	unit := int64(pow10(int(d.Scale)))
	whole, rest := d.Unscaled/unit, d.Unscaled%unit
	switch {
	case whole < n || whole == n && rest < 0:
		return -1
	case whole > n || whole == n && rest > 0:
		return 1
	}
	return 0
}

// UnmarshalJSONFrom reads a JSON string, taken at its word, or a JSON number, whose trailing zeros
// mean nothing.
func (d *Decimal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '0' {
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		*d, err = parseDecimal([]byte(value))
		*d = d.Normal()
		return err
	}
	text, null, err := readString(dec, ErrDecimal)
	if err != nil || null {
		*d = Decimal{}
		return err
	}
	*d, err = parseDecimal(text)
	return err
}

// Count is a whole number.
type Count int64

// UnmarshalJSONFrom reads a JSON number with no part after the point.
func (c *Count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '0' && kind != 'n' {
		return ErrCount
	}
	var d Decimal
	if err := d.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	if d.Scale != 0 {
		return ErrCount
	}
	*c = Count(d.Unscaled)
	return nil
}
