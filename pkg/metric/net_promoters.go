package metric

import (
	"math"
	"math/big"
)

// promotion is what a net promoter score is made of: all answers, promoters and detractors, from some measure on.
func promotion(first uint16) []Input {
	return []Input{
		{Term: answers.sum(first + answersCount)},
		{Term: answers.sum(first + answersPromoters)},
		{Term: answers.sum(first + answersDetractors)},
	}
}

// netPromoters is promoters less detractors, of a hundred answers.
func netPromoters(v *View) Result {
	n, promoters, detractors := v.Count(0), v.Count(1), v.Count(2)
	r := Result{N: n, Numerator: big.NewRat(promoters-detractors, 1), Denominator: big.NewRat(n, 1)}
	if n > 0 {
		r.Value = big.NewRat(100*(promoters-detractors), n)
		r.Interval = promotersInterval(n, promoters, detractors)
	}
	return r
}

// promotersInterval is the 95 % interval of a difference of two shares of one sample: the adjusted Wald interval
// of Bonett and Price (2012), which adds one answer to either side.
func promotersInterval(n, promoters, detractors int64) []float64 {
	size := float64(n) + 2
	p, d := (float64(promoters)+1)/size, (float64(detractors)+1)/size
	half := normal95 * math.Sqrt((p+d-(p-d)*(p-d))/size)
	return []float64{100 * max(-1, p-d-half), 100 * min(1, p-d+half)}
}
