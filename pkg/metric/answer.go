package metric

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// Number is a number in JSON: an integer, or a decimal fraction that is exact where it is money.
type Number string

// MarshalJSON writes the number as it is.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// Value is one number of an answer, with what it was made of.
type Value struct {
	Dimensions  map[string]string `json:"dimensions"`
	Value       *Number           `json:"value"` // null where there is nothing to divide by
	N           int64             `json:"n"`
	Numerator   *Number           `json:"numerator"` // of a ratio; else null
	Denominator *Number           `json:"denominator"`
	Interval    []float64         `json:"interval"` // 95 %, Wilson; null but for proportions of counts
	LowSample   bool              `json:"low_sample"`
	Quantiles   *Quantiles        `json:"quantiles,omitempty"`
	Missing     map[string]any    `json:"missing"`
}

// Quantiles are those of a distribution.
type Quantiles struct {
	P50  *Number `json:"p50"`
	P75  *Number `json:"p75"`
	P90  *Number `json:"p90"`
	Mean *Number `json:"mean"`
	N    int64   `json:"n"`
}

// Step is one span of a series.
type Step struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Values []Value `json:"values"`
}

// MaxValues is how many values an answer shows; the rest is summed as "other".
const MaxValues = 10_000

// other is the value of a dimension under which the rest is summed.
const other = "other"

// Answer makes the values of the window, and of each step, from the rows of Reads.
func (q *Question) Answer(rows [][]state.Row, minimumSample int) (values []Value, series []Step, err error) {
	cells, err := q.cells(rows)
	if err != nil {
		return nil, nil, err
	}
	if values, err = q.values(cells, q.whole(), minimumSample); err != nil {
		return nil, nil, err
	}
	steps := q.steps()
	for i, span := range steps {
		v, err := q.values(cells, span, minimumSample)
		if err != nil {
			return nil, nil, err
		}
		shown := q.Request.Steps[i]
		series = append(series, Step{From: shown.From.String(), To: shown.To.String(), Values: v})
	}
	return values, series, nil
}

// values are the values of one span, the largest first.
func (q *Question) values(cells []cellOf, span calendar.Span, minimumSample int) ([]Value, error) {
	groups, err := q.sum(cells, span)
	if err != nil {
		return nil, err
	}
	if len(q.Request.By) == 0 && len(groups) == 0 {
		groups[""] = &sums{}
	}
	list := make([]*sums, 0, len(groups))
	for _, s := range groups {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *sums) int {
		return cmp.Or(cmp.Compare(q.size(b), q.size(a)), slices.Compare(a.values, b.values))
	})
	if len(list) > MaxValues {
		if list, err = q.fold(list); err != nil {
			return nil, err
		}
	}
	out := make([]Value, len(list))
	for i, s := range list {
		out[i] = q.value(s, minimumSample)
	}
	return out, nil
}

// size is what values are ordered by: the numerator, without regard to currency.
func (q *Question) size(s *sums) int64 {
	return s.term(q.Metric.Num, func(string) bool { return true })
}

// fold sums what lies beyond MaxValues as "other".
func (q *Question) fold(list []*sums) ([]*sums, error) {
	rest := &sums{of: map[*Group]map[string]Vector{}, immature: map[string]Vector{}}
	for range q.Request.By {
		rest.values = append(rest.values, other)
	}
	for _, s := range list[MaxValues:] {
		for g, byCurrency := range s.of {
			if rest.of[g] == nil {
				rest.of[g] = map[string]Vector{}
			}
			if err := addAll(rest.of[g], byCurrency); err != nil {
				return nil, err
			}
		}
		if err := addAll(rest.immature, s.immature); err != nil {
			return nil, err
		}
	}
	return append(list[:MaxValues:MaxValues], rest), nil
}

func addAll(to, from map[string]Vector) (err error) {
	for currency, v := range from {
		if to[currency], err = to[currency].Add(v, 1); err != nil {
			return err
		}
	}
	return nil
}

// value makes one value from its sums.
func (q *Question) value(s *sums, minimumSample int) Value {
	m := q.Metric
	out := Value{Dimensions: map[string]string{}, Missing: map[string]any{}}
	for i, dim := range q.Request.By {
		name := dim.String()
		if q.from && dim == ledger.DimStage {
			name = ledger.DimFrom.String()
		}
		out.Dimensions[name] = s.values[i]
	}
	q.missing(s, &out)
	switch {
	case m.Kind == Quantile:
		q.quantiles(s, &out)
		out.LowSample = out.N < int64(minimumSample)
	case m.Den.Group != nil:
		q.ratio(s, &out)
		out.LowSample = out.N < int64(minimumSample)
	default:
		q.plain(s, &out)
	}
	return out
}

// counts reports whether cells of a currency count: all where nothing is money, else those that can be
// reported in the currency asked for.
func (q *Question) counts(currency string) bool {
	return !q.money() || currency == q.Request.Currency
}

func (q *Question) money() bool { return q.Metric.Num.Money || q.Metric.Unit == Money }

// num is the metric's numerator, which skip=strict replaces.
func (q *Question) num() Term {
	t := q.Metric.Num
	if q.Request.Strict {
		t.Plus = []uint16{q.Metric.Strict}
	}
	return t
}

// plain is a count or a sum of money.
func (q *Question) plain(s *sums, out *Value) {
	sum := s.term(q.num(), q.counts)
	out.Value = q.number(q.num(), sum)
	out.N = sum
	if q.Metric.N.Group != nil {
		out.N = s.term(q.Metric.N, q.counts)
	}
}

// ratio is a quotient of two sums.
func (q *Question) ratio(s *sums, out *Value) {
	m := q.Metric
	num, den := s.term(q.num(), q.counts), s.term(m.Den, q.counts)
	out.Numerator, out.Denominator = q.number(q.num(), num), q.number(m.Den, den)
	out.N = den
	if m.N.Group != nil {
		out.N = s.term(m.N, q.counts)
	}
	if den == 0 {
		return
	}
	if m.Unit == Money {
		out.Value = q.number(m.Num, ledger.MulDiv(num, 1, den))
		return
	}
	out.Value = fraction(float64(num) / float64(den))
	if m.proportion() {
		out.Interval = wilson(num, den)
	}
	if m.Kind == Cohort {
		q.immature(s, den, out)
	}
}

// immature notes the share of a cohort that has not had its time: with a cap, those whose last day
// lies ahead; else those that are undecided.
func (q *Question) immature(s *sums, den int64, out *Value) {
	var open int64
	switch {
	case q.Request.Within > 0:
		for _, v := range s.immature {
			open += q.Metric.Den.of(v)
		}
	case q.Metric.Open.Group != nil:
		open = s.term(q.Metric.Open, q.counts)
	}
	if open > 0 {
		out.Missing["immature"] = *fraction(float64(open) / float64(den))
	}
}

// missing notes what was left out, and the money that has no rate.
func (q *Question) missing(s *sums, out *Value) {
	for _, gap := range q.Metric.Missing {
		if n := s.term(gap.Term, func(string) bool { return true }); n != 0 {
			out.Missing[gap.Name] = n
		}
	}
	if !q.money() {
		return
	}
	unconverted := map[string]Number{}
	for currency, v := range s.of[q.Metric.Num.Group] {
		t := q.Metric.Num
		if q.Metric.Kind == Quantile {
			t = Term{Group: t.Group, Plus: []uint16{histogramSum}, Money: true}
		} else if q.Metric.Den.Money {
			t = q.Metric.Den
		}
		if n := round(t.of(v), t.rest(v)); currency != "" && currency != q.Request.Currency && n != 0 {
			unconverted[currency] = major(n, currency)
		}
	}
	if len(unconverted) > 0 {
		out.Missing["unconverted"] = unconverted
	}
}

// number is a sum as the answer shows it.
func (q *Question) number(t Term, sum int64) *Number {
	n := Number(strconv.FormatInt(sum, 10))
	if t.Money {
		n = major(sum, q.Request.Currency)
	}
	return &n
}

// major is minor units as a decimal number of major units.
func major(minor int64, currency string) Number {
	sign, decimals := "", ledger.Decimals(currency)
	if minor < 0 {
		sign, minor = "-", -minor
	}
	s := strconv.FormatInt(minor, 10)
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

// wilson is the 95 % interval of a proportion (Wilson 1927).
func wilson(k, n int64) []float64 {
	const z = 1.959963984540054
	p, size := float64(k)/float64(n), float64(n)
	centre := p + z*z/(2*size)
	half := z * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	scale := 1 + z*z/size
	return []float64{max(0, (centre-half)/scale), min(1, (centre+half)/scale)}
}

// quantiles are read off the bins of a histogram: the middle of the bin of the nearest rank.
func (q *Question) quantiles(s *sums, out *Value) {
	bins := map[uint16]int64{}
	var sum int64
	for currency, v := range s.of[q.Metric.Num.Group] {
		if !q.counts(currency) {
			continue
		}
		for _, m := range v {
			switch {
			case m.Index == histogramCount:
				out.N += m.Value
			case m.Index == histogramSum:
				sum += m.Value
			case m.Index < histogramUnknown:
				bins[m.Index-histogramBins] += m.Value
			}
		}
	}
	out.Quantiles = &Quantiles{N: out.N}
	if out.N == 0 {
		return
	}
	order := make([]uint16, 0, len(bins))
	for b := range bins {
		order = append(order, b)
	}
	slices.Sort(order)
	at := func(percent int64) *Number {
		rank := (percent*out.N + 99) / 100
		for _, b := range order {
			if rank -= bins[b]; rank <= 0 {
				return q.sample(middle(b))
			}
		}
		return nil
	}
	out.Quantiles.P50, out.Quantiles.P75, out.Quantiles.P90 = at(50), at(75), at(90)
	if q.Metric.Unit == Money {
		out.Quantiles.Mean = q.sample(ledger.MulDiv(sum, 1, out.N))
	} else {
		out.Quantiles.Mean = fraction(float64(sum) / float64(out.N))
	}
	out.Value = out.Quantiles.P50
	if q.Metric.Mean {
		out.Value = out.Quantiles.Mean
	}
}

// sample is one sample of a distribution as the answer shows it.
func (q *Question) sample(v int64) *Number {
	return q.number(Term{Money: q.Metric.Unit == Money}, v)
}
