package metric

import "math/big"

// immature notes the share of a cohort that has not had its time: with a cap, those whose last day
// lies ahead; else those that are undecided. Money is converted by the rates of one day: by those of their own, what was
// decided would not take away what entered.
func (q *Question) immature(s *sums, out *Value) {
	open, all := new(big.Rat), new(big.Rat)
	add := func(to *big.Rat, t Term, m money, v Vector) {
		if !t.Money {
			to.Add(to, new(big.Rat).SetInt64(t.of(v)))
		} else if factor := q.factor(money{m.currency, q.Request.AsOf}); factor != nil {
			to.Add(to, new(big.Rat).Mul(t.minor(v), factor))
		}
	}
	for m, v := range s.of[source{q.Metric.Den.Group, OverWindow}] {
		add(all, q.Metric.Den, m, v)
		if q.Request.Within > 0 {
			add(open, q.Metric.Den, m, s.immature[m])
		} else if q.Metric.Open.Group != nil {
			add(open, q.Metric.Open, m, v)
		}
	}
	if open.Sign() > 0 {
		share, _ := open.Quo(open, all).Float64()
		out.Missing["immature"] = *fraction(share)
	}
}

// missing notes what was left out.
func (q *Question) missing(s *sums, out *Value) {
	for _, gap := range q.Metric.Missing {
		if n := s.whole(source{gap.Term.Group, OverWindow}, gap.Term, q.all); n != 0 {
			out.Missing[gap.Name] = n
		}
	}
}

// foreign notes the money of a term that has no rate, by currency: where another sum of the answer leaves out more of
// it, that stands. What is on both sides of a quotient is not counted twice, and what is on one is not passed over.
func (q *Question) foreign(s *sums, from source, t Term, most map[string]*big.Rat) {
	if !q.Money() || !t.Money {
		return
	}
	left := map[string]*big.Rat{}
	for m, v := range s.of[from] {
		if m.currency != "" && !q.convertible(m) {
			abroad(left, m.currency, t, v)
		}
	}
	for currency, sum := range left {
		if most[currency] == nil || new(big.Rat).Abs(most[currency]).Cmp(new(big.Rat).Abs(sum)) < 0 {
			most[currency] = sum
		}
	}
}

// abroad adds money of a currency that has no rate.
func abroad(foreign map[string]*big.Rat, currency string, t Term, v Vector) {
	if foreign[currency] == nil {
		foreign[currency] = new(big.Rat)
	}
	foreign[currency].Add(foreign[currency], t.minor(v))
}

// unconverted lists money that has no rate, where there is any.
func unconverted(foreign map[string]*big.Rat, out *Value) {
	listed := map[string]Number{}
	for currency, sum := range foreign {
		if n := nearest(sum); n.Sign() != 0 {
			listed[currency] = major(n, currency)
		}
	}
	if len(listed) > 0 {
		out.Missing["unconverted"] = listed
	}
}

// moneys are the sums of money that a metric without a formula is made of: numerator and denominator, or the samples of
// a distribution.
func (m *Metric) moneys() []Term {
	if m.Kind == Quantile {
		return []Term{{Group: m.Num.Group, Plus: []uint16{histogramSum}, Money: true, Rest: histogramRest}}
	}
	return []Term{m.Den, m.Num}
}
