package metric

import "math/bits"

// A histogram is a vector whose first measures are the number and the sum of its samples, and whose
// others are bins that grow with the value: integers only, so that a bin is the same everywhere.
const (
	histogramCount uint16 = iota
	histogramSum
	histogramBins
)

// Beyond every bin lie the part of the sum that is no whole unit, in 1/PartsPerMinor, and the count of what would be
// a sample and has no value.
const (
	histogramRest    uint16 = 0xfffe
	histogramUnknown uint16 = 0xffff
)

// binBits is how many leading bits of a value name its bin: a bin is 1/128 of its value wide, so that
// its middle is within 0.4 % of every value in it.
const binBits = 7

// histogramOf is the vector of one sample; negative values have no bin and are not samples.
func histogramOf(value int64) []Measure {
	return []Measure{{histogramCount, 1}, {histogramSum, value}, {histogramBins + bin(value), 1}}
}

func bin(value int64) uint16 {
	v := uint64(value)
	shift := max(bits.Len64(v)-binBits-1, 0)
	return uint16(shift<<binBits) + uint16(v>>shift)
}

// middle is the middle of a bin.
func middle(bin uint16) int64 {
	if bin < 2<<binBits {
		return int64(bin)
	}
	shift := int(bin>>binBits) - 1
	low := uint64(bin) - uint64(shift)<<binBits
	return int64(low<<shift) + int64(1)<<shift/2
}
