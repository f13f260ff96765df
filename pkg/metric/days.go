package metric

import (
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// bucket is a group of rows to read, and how its cells lie in it.
type bucket struct {
	asked *asked
	month int32
}

// buckets lists what must be read, in a fixed order.
func (q *Question) buckets() []bucket {
	var list []bucket
	for i := range q.groups {
		a := &q.groups[i]
		for _, month := range q.months(a.group) {
			list = append(list, bucket{a, month})
		}
	}
	return list
}

// months lists the buckets of a group that the spans need: of a stock, whole months from the month cells,
// and what is left over from the day cells; of any other group, the months of the days or anchors.
func (q *Question) months(g *Group) []int32 {
	var list []int32
	add := func(m int32) {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	if g == rates {
		return []int32{ratesFrom}
	}
	for _, span := range q.days(g) {
		if span.From >= span.To {
			continue
		}
		if !g.Stock {
			for m := calendar.MonthOf(span.From); m <= calendar.MonthOf(span.To-1); m++ {
				add(m)
			}
			continue
		}
		from, to := fullMonths(span)
		if from < to {
			add(Months)
		}
		for _, edge := range []event.Day{span.From, span.To - 1} {
			if m := calendar.MonthOf(max(edge, 0)); edge >= 0 && (m < from || m >= to) {
				add(m)
			}
		}
	}
	return list
}

// days are the spans over which a group is summed: for the whole answer, and for each step of its series.
func (q *Question) days(g *Group) []calendar.Span {
	var list []calendar.Span
	for _, src := range q.sources() {
		for _, span := range append([]calendar.Span{q.whole()}, q.steps()...) {
			switch {
			case src.group != g:
			case g.Stock:
				list = append(list, q.stand(src.over, span))
			default:
				list = append(list, q.over(src.over, span))
			}
		}
	}
	return list
}

// fullMonths is the months [from, to) that lie wholly in a span; from ≥ to where there is none.
func fullMonths(span calendar.Span) (from, to int32) {
	from = calendar.MonthOf(max(span.From, 0))
	if span.From > calendar.MonthSpan(from).From {
		from++
	}
	return from, calendar.MonthOf(span.To)
}

// whole is the span that the answer is for: the window, or the day on which a stock stands.
func (q *Question) whole() calendar.Span {
	if q.Metric.Kind == Stock {
		return calendar.Span{From: q.Request.Stand, To: q.Request.Stand + 1}
	}
	return q.Request.Window
}

// steps is the spans of the series that had begun by as_of.
func (q *Question) steps() []calendar.Span {
	for i, s := range q.Request.Steps {
		if s.From > q.Request.AsOf {
			return q.Request.Steps[:i]
		}
	}
	return q.Request.Steps
}

// over is the days of a span over which flows are summed.
func (q *Question) over(o Over, s calendar.Span) calendar.Span {
	switch o {
	case OverWhole:
		return s
	case OverPeriod:
		return q.planPeriod(s)
	case OverPlan:
		to := max(s.To, q.planPeriod(s).To)
		return calendar.Span{From: max(0, min(s.From-(planBack-lookBack), to-planBack)), To: to}
	case OverAgainst:
		s = q.against(s)
		s.From = max(0, s.From)
	}
	s.To = min(s.To, q.Request.AsOf+1)
	switch o {
	case OverBefore:
		s.From = max(0, s.To-lookBack)
	case OverYear:
		s.From = max(0, s.To-yearDays)
	case OverFiscalYear:
		s.From = max(0, q.layout.Def.Calendar.FiscalYear(s.To-1).From)
	}
	return s
}

// against is the period that a span is compared with: the one asked for, else the one before it.
func (q *Question) against(s calendar.Span) calendar.Span {
	if q.Request.Against != nil {
		return *q.Request.Against
	}
	return s.Before()
}

// Against is the period that the window is compared with, where the metric compares it with one.
func (q *Question) Against() (span calendar.Span, ok bool) {
	if len(q.Metric.Parts) == 0 {
		return span, false
	}
	return q.against(q.Request.Window), true
}

// Window is the days that the answer is of: those asked for, or the year up to their end that a metric always
// takes.
func (q *Question) Window() calendar.Span {
	for _, in := range q.Metric.Inputs {
		if in.Over == OverYear || in.Over == OverFiscalYear {
			return q.over(in.Over, q.Request.Window)
		}
	}
	return q.Request.Window
}

// stand is the days of a span over which the changes of a stock are summed: all, up to an evening.
func (q *Question) stand(o Over, s calendar.Span) calendar.Span {
	if o == OverOpening {
		return calendar.Span{From: 0, To: s.From}
	}
	return calendar.Span{From: 0, To: min(s.To, q.Request.AsOf+1)}
}
