package metric

import (
	"cmp"
	"math/big"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// Value is one number of an answer, with what it was made of.
type Value struct {
	Dimensions  map[string]string `json:"dimensions"`
	Value       *Number           `json:"value"` // null where there is nothing to divide by
	N           int64             `json:"n"`
	Numerator   *Number           `json:"numerator"` // of a ratio; else null
	Denominator *Number           `json:"denominator"`
	Interval    []float64         `json:"interval"` // 95 %: Wilson's for proportions of counts, Bonett and Price's for net promoter scores; else null
	LowSample   bool              `json:"low_sample"`
	Quantiles   *Quantiles        `json:"quantiles,omitempty"`
	Missing     map[string]any    `json:"missing"`
	Stages      []string          `json:"stages,omitempty"`   // of the tenant's list, where they are what is counted
	Reason      string            `json:"reason,omitempty"`   // why there is no value, though something was counted
	Original    *Attainment       `json:"original,omitempty"` // what it would be by the targets as they were first set

	absent bool // there is nothing to say
}

// Attainment is a value by another denominator.
type Attainment struct {
	Value       *Number `json:"value"` // null where there is nothing to divide by
	Denominator *Number `json:"denominator"`
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
	q.rates = exchangeOf(cells)
	if q.actual != nil {
		if err := q.answerActual(rows[len(q.buckets()):], minimumSample); err != nil {
			return nil, nil, err
		}
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
	list := make([]*sums, 0, len(groups))
	for _, s := range groups {
		list = append(list, s)
	}
	sizes := make(map[*sums]*big.Rat, len(list))
	if len(list) > 1 {
		first := q.first(list[0], span)
		for _, s := range list {
			sizes[s] = q.size(s, first)
		}
	}
	slices.SortFunc(list, func(a, b *sums) int {
		return cmp.Or(sizes[b].Cmp(sizes[a]), slices.Compare(a.values, b.values))
	})
	if len(list) > MaxValues {
		if list, err = q.fold(list); err != nil {
			return nil, err
		}
	}
	out := make([]Value, 0, len(list))
	for _, s := range list {
		if v, parts := q.value(s, span, minimumSample); !v.absent || len(q.Request.By) == 0 {
			out = append(out, q.byPart(v, parts)...)
		}
	}
	return out, nil
}

// size is what values are ordered by: the numerator, or of a formula the input that first names.
func (q *Question) size(s *sums, first int) *big.Rat {
	term, over := q.num(), OverWindow
	if q.Metric.Derive != nil {
		if len(q.Metric.Inputs) == 0 {
			return new(big.Rat)
		}
		term, over = q.Metric.Inputs[first].Term, q.Metric.Inputs[first].Over
	}
	return q.amount(s, source{term.Group, over}, term)
}

// first is the place of the first input that the formula looks at; which ones those are may depend on the window.
func (q *Question) first(s *sums, span calendar.Span) int {
	if q.Metric.Derive == nil {
		return 0
	}
	read := make([]bool, len(q.Metric.Inputs))
	q.Metric.Derive(&View{q: q, s: s, span: span, read: read, foreign: map[string]*big.Rat{}})
	return max(0, slices.Index(read, true))
}

// amount is a term over sums: a count, or money in minor units.
func (q *Question) amount(s *sums, from source, t Term) *big.Rat {
	if t.Money {
		return s.exact(from, t, q)
	}
	return new(big.Rat).SetInt64(s.whole(from, t, q.counts))
}

// fold sums what lies beyond MaxValues as "other".
func (q *Question) fold(list []*sums) ([]*sums, error) {
	rest := newSums(nil)
	for range q.Request.By {
		rest.values = append(rest.values, other)
	}
	for _, s := range list[MaxValues:] {
		if err := rest.take(s); err != nil {
			return nil, err
		}
	}
	return append(list[:MaxValues:MaxValues], rest), nil
}

// take adds other sums.
func (s *sums) take(from *sums) (err error) {
	for src, byMoney := range from.of {
		for m, v := range byMoney {
			if err := s.add(src, m, v); err != nil {
				return err
			}
		}
		s.cells[src] = append(s.cells[src], from.cells[src]...)
	}
	for m, v := range from.immature {
		if s.immature[m], err = s.immature[m].Add(v, 1); err != nil {
			return err
		}
	}
	for value, child := range from.each {
		if s.each[value] == nil {
			s.each[value] = newSums(s.values)
			s.each[value].child = value
		}
		if err := s.each[value].take(child); err != nil {
			return err
		}
	}
	return nil
}

// value makes one value from its sums, and its parts where it has some.
func (q *Question) value(s *sums, span calendar.Span, minimumSample int) (out Value, parts []Part) {
	m := q.Metric
	out = Value{Dimensions: map[string]string{}, Missing: map[string]any{}}
	for i, dim := range q.Request.By {
		name := dim.String()
		if q.from && dim == ledger.DimStage {
			name = ledger.DimFrom.String()
		}
		out.Dimensions[name] = s.values[i]
	}
	q.missing(s, &out)
	if m.Derive == nil {
		foreign := map[string]*big.Rat{}
		for _, t := range m.moneys() {
			q.foreign(s, source{t.Group, OverWindow}, t, foreign)
		}
		unconverted(foreign, &out)
	}
	switch {
	case m.Derive != nil:
		parts = q.derived(s, span, &out)
		out.LowSample = (m.Kind != Flow && m.Kind != Stock || m.Unit == Ratio || m.Unit == Score) && out.N < int64(minimumSample)
	case m.Kind == Quantile:
		q.quantiles(s, &out)
		out.LowSample = out.N < int64(minimumSample)
	case m.Den.Group != nil:
		q.ratio(s, &out)
		out.LowSample = out.N < int64(minimumSample)
	default:
		q.plain(s, &out)
	}
	return out, parts
}

// Money reports whether the answer is in a currency.
func (q *Question) Money() bool {
	return q.Metric.Unit == Money || slices.ContainsFunc(q.Metric.terms(), func(t Term) bool { return t.Money })
}

// all passes everything.
func (q *Question) all(money) bool { return true }

// counts passes what counts: all where nothing is money, else what can be reported in the currency asked for.
func (q *Question) counts(m money) bool { return !q.Money() || q.convertible(m) }

// convertible passes what can be reported in the currency asked for.
func (q *Question) convertible(m money) bool { return q.factor(m) != nil }

var identity = big.NewRat(1, 1)

// factor turns minor units into those of the currency asked for; nil where there is no rate, or no currency.
func (q *Question) factor(m money) *big.Rat {
	switch m.currency {
	case "":
		return nil
	case q.Request.Currency:
		return identity
	default:
		return q.rates.factor(m.currency, q.Request.Currency, m.day)
	}
}

// num is the metric's numerator, which skip=strict replaces.
func (q *Question) num() Term {
	t := q.Metric.Num
	if q.Request.Strict {
		t.Plus = []uint16{q.Metric.Strict}
	}
	return t
}

// term is a term of the window over sums.
func (q *Question) term(s *sums, t Term) *big.Rat {
	return q.amount(s, source{t.Group, OverWindow}, t)
}

// plain is a count or a sum of money.
func (q *Question) plain(s *sums, out *Value) {
	sum := q.term(s, q.num())
	out.Value = q.number(q.num().Money, sum)
	if q.Metric.N.Group != nil {
		sum = q.term(s, q.Metric.N)
	}
	out.N = nearest(sum).Int64()
}

// ratio is a quotient of two sums.
func (q *Question) ratio(s *sums, out *Value) {
	m := q.Metric
	num, den := q.term(s, q.num()), q.term(s, m.Den)
	n := den
	if m.N.Group != nil {
		n = q.term(s, m.N)
	}
	r := Result{Numerator: num, Denominator: den, N: nearest(n).Int64(), Proportion: m.proportion()}
	if den.Sign() != 0 {
		r.Value = new(big.Rat).Quo(num, den)
	}
	q.show(r, m.Num.Money, m.Den.Money, out)
	if m.Kind == Cohort && den.Sign() != 0 {
		q.immature(s, out)
	}
}

// derived is what the metric's formula makes of its inputs.
func (q *Question) derived(s *sums, span calendar.Span, out *Value) []Part {
	m := q.Metric
	v := &View{q: q, s: s, span: span, read: make([]bool, len(m.Inputs)), foreign: map[string]*big.Rat{}}
	r := m.Derive(v)
	q.show(r, m.NumMoney, m.DenMoney, out)
	for i, in := range m.Inputs { // that the formula looked at
		if v.read[i] && !in.Over.kept() {
			q.foreign(s, source{in.Term.Group, in.Over}, in.Term, v.foreign)
		}
	}
	unconverted(v.foreign, out)
	return r.Parts
}

// show writes a result.
func (q *Question) show(r Result, numMoney, denMoney bool, out *Value) {
	out.N, out.Reason, out.Stages, out.absent = r.N, r.Reason, r.Stages, r.Absent
	if r.Numerator != nil {
		out.Numerator = q.quantity(numMoney || r.Money, r.Numerator)
	}
	if r.Denominator != nil {
		out.Denominator = q.quantity(denMoney || r.Money, r.Denominator)
	}
	if r.Original != nil {
		out.Original = &Attainment{Denominator: q.quantity(denMoney || r.Money, r.Original)}
		if r.Original.Sign() > 0 && r.Numerator != nil {
			f, _ := new(big.Rat).Quo(r.Numerator, r.Original).Float64()
			out.Original.Value = fraction(f)
		}
	}
	for name, v := range r.Missing {
		out.Missing[name] = v
	}
	switch {
	case r.Value == nil:
		if r.N != 0 && r.Reason == "" {
			out.Reason = "what it is divided by is 0"
		}
		return
	case q.Metric.Unit == Money || q.Metric.Unit == MoneyPerDay:
		out.Value = q.number(true, r.Value)
	case q.Metric.Unit == Count && r.Value.IsInt():
		out.Value = q.number(false, r.Value)
	default:
		f, _ := r.Value.Float64()
		out.Value = fraction(f)
	}
	if out.Interval = r.Interval; r.Proportion {
		out.Interval = wilson(nearest(r.Numerator).Int64(), nearest(r.Denominator).Int64())
	}
}
