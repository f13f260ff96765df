package metric

import (
	"math/big"
	"slices"
)

// histogram is the bins of a distribution, those of money in the currency asked for.
type histogram struct {
	n    int64
	sum  *big.Rat
	bins map[uint16]int64
}

// histogram adds up the samples that count. Money of another currency is converted bin by bin, at the middle,
// and its sum exactly.
func (q *Question) histogram(s *sums, from source) histogram {
	h := histogram{sum: new(big.Rat), bins: map[uint16]int64{}}
	for m, v := range s.of[from] {
		if m.currency != "" && !q.counts(m) {
			continue
		}
		factor := identity
		if m.currency != "" {
			factor = q.factor(m)
		}
		for _, x := range v {
			switch {
			case x.Index == histogramCount:
				h.n += x.Value
			case x.Index == histogramSum:
				h.sum.Add(h.sum, new(big.Rat).Mul(new(big.Rat).SetInt64(x.Value), factor))
			case x.Index == histogramRest:
				h.sum.Add(h.sum, new(big.Rat).Mul(big.NewRat(x.Value, PartsPerMinor), factor))
			case x.Index < histogramRest:
				h.bins[converted(x.Index-histogramBins, factor)] += x.Value
			}
		}
	}
	return h
}

// converted is the bin of a bin's middle in another currency.
func converted(b uint16, factor *big.Rat) uint16 {
	if factor.Cmp(identity) == 0 {
		return b
	}
	return bin(nearest(new(big.Rat).Mul(new(big.Rat).SetInt64(middle(b)), factor)).Int64())
}

// rank is the nearest-rank quantile: the middle of its bin.
func (h histogram) rank(percent int64) int64 {
	order := make([]uint16, 0, len(h.bins))
	for b := range h.bins {
		order = append(order, b)
	}
	slices.Sort(order)
	rank := (percent*h.n + 99) / 100
	for _, b := range order {
		if rank -= h.bins[b]; rank <= 0 {
			return middle(b)
		}
	}
	return 0
}

// quantiles are read off the bins of a histogram.
func (q *Question) quantiles(s *sums, out *Value) {
	h := q.histogram(s, source{q.Metric.Num.Group, OverWindow})
	out.N = h.n
	out.Quantiles = &Quantiles{N: h.n}
	if h.n == 0 {
		return
	}
	at := func(percent int64) *Number {
		return q.number(q.Metric.Unit == Money, new(big.Rat).SetInt64(h.rank(percent)))
	}
	out.Quantiles.P50, out.Quantiles.P75, out.Quantiles.P90 = at(50), at(75), at(90)
	mean := new(big.Rat).Quo(h.sum, new(big.Rat).SetInt64(h.n))
	if q.Metric.Unit == Money {
		out.Quantiles.Mean = q.number(true, mean)
	} else {
		f, _ := mean.Float64()
		out.Quantiles.Mean = fraction(f)
	}
	out.Value = out.Quantiles.P50
	if q.Metric.Mean {
		out.Value = out.Quantiles.Mean
	}
}
