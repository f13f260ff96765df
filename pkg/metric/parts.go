package metric

import (
	"math"
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

// Part is the share of a factor in a change: in whole minor units of the change, and what the factor was.
type Part struct {
	Value         *big.Rat
	After, Before *big.Rat
	Money         bool // the factor is money, in minor units
}

// logarithmicMean gives each part its share in the change of a product of factors, all above 0: the logarithm of its
// own change, weighted by the logarithmic mean of the product (Ang 2005, LMDI I). The shares add up to the rounded
// change: what rounding leaves over is the largest one's.
func logarithmicMean(parts []Part, after, before *big.Rat) {
	change := new(big.Rat).Sub(after, before)
	mean, _ := before.Float64()
	if change.Sign() != 0 {
		difference, _ := change.Float64()
		mean = difference / logRatio(after, before)
	}
	left, largest := nearest(change), 0
	for i := range parts {
		share := new(big.Rat)
		share.SetFloat64(mean * logRatio(parts[i].After, parts[i].Before))
		parts[i].Value = new(big.Rat).SetInt(nearest(share))
		left.Sub(left, parts[i].Value.Num())
		if new(big.Rat).Abs(parts[i].Value).Cmp(new(big.Rat).Abs(parts[largest].Value)) > 0 {
			largest = i
		}
	}
	parts[largest].Value.Add(parts[largest].Value, new(big.Rat).SetInt(left))
}

// logRatio is ln(a/b), also where a is close to b.
func logRatio(a, b *big.Rat) float64 {
	more := new(big.Rat).Quo(a, b)
	f, _ := more.Sub(more, identity).Float64()
	return math.Log1p(f)
}

// immature is the share of the window that lies after as_of, where any does.
func (v *View) immature() map[string]any {
	ahead := v.Window().To - 1 - max(v.AsOf(), v.Window().From-1)
	if ahead <= 0 {
		return nil
	}
	return map[string]any{"immature": *fraction(float64(ahead) / float64(v.Window().Days()))}
}

// drivers reads how the parts of the metric are asked for, which no group of cells has: by splits the answer by them,
// where leaves one alone.
func (q *Question) drivers() {
	r := &q.Request
	if len(q.Metric.Parts) == 0 {
		return
	}
	keep := func(d ledger.Dim) bool { return d != ledger.DimDriver }
	var by []ledger.Dim
	for _, d := range r.By {
		if keep(d) {
			by = append(by, d)
		} else {
			q.split = true
		}
	}
	var where []Filter
	for _, f := range r.Where {
		if keep(f.Dim) {
			where = append(where, f)
		} else {
			q.part = f.Value
		}
	}
	r.By, r.Where = by, where
}

// byPart is a value split by the metric's parts, or the one that is asked for; without, the value itself.
func (q *Question) byPart(v Value, parts []Part) []Value {
	if !q.split && q.part == "" {
		return []Value{v}
	}
	var out []Value
	for i, name := range q.Metric.Parts {
		if q.part != "" && q.part != name {
			continue
		}
		p := v
		p.Value, p.Numerator, p.Denominator = nil, nil, nil
		if parts != nil {
			p.Value = q.number(true, parts[i].Value)
			p.Numerator, p.Denominator = q.quantity(parts[i].Money, parts[i].After), q.quantity(parts[i].Money, parts[i].Before)
		}
		if q.split {
			p.Dimensions = map[string]string{ledger.DimDriver.String(): name}
			for dim, value := range v.Dimensions {
				p.Dimensions[dim] = value
			}
		}
		out = append(out, p)
	}
	return out
}
