package metric

import (
	"math/big"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// paced is a past period: the whole of it, and its days up to the one that a period has got to.
type paced struct{ whole, so calendar.Span }

// pace is the periods before one, as far back as targets are read, up to the day of each that is as far from
// its start as the day asked for is from the start of that one. Days that are no period have none.
func (q *Question) pace(period calendar.Span) (past []paced) {
	if _, _, ok := q.layout.Def.Calendar.PeriodOf(period); !ok {
		return nil
	}
	elapsed := min(q.Request.AsOf+1, period.To) - period.From
	over := elapsed >= event.Day(period.Days())
	start := calendar.MonthOf(period.From)
	months := calendar.MonthOf(period.To) - start
	for month := start - months; elapsed > 0; month -= months {
		p := calendar.Span{From: calendar.MonthSpan(month).From, To: calendar.MonthSpan(month + months).From}
		if p.From < max(0, period.To-lookBack) {
			break
		}
		so := p
		if !over {
			so.To = min(p.From+elapsed, p.To)
		}
		past = append(past, paced{p, so})
	}
	return past
}

// expectedShare is the mean share of the goal that was reached in past periods by now.
func expectedShare(v *View) Result {
	sum := new(big.Rat)
	r := Result{}
	for _, p := range v.q.pace(v.Window()) {
		actual, _ := v.Actual(p.so)
		t, ok := v.Target(0, p.whole, v.Whole())
		if ok && actual != nil && t.Value.Sign() > 0 {
			sum.Add(sum, new(big.Rat).Quo(actual, t.Value))
			r.N++
		}
	}
	if r.N == 0 {
		return Result{Reason: "no past period has a goal", Absent: true}
	}
	r.Numerator, r.Denominator = sum, new(big.Rat).SetInt64(r.N)
	r.Value = new(big.Rat).Quo(sum, r.Denominator)
	return r
}
