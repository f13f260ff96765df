package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"weir.dev/weir/pkg/event"
)

// Span is a range of days, From included, To not.
type Span struct {
	From, To event.Day
}

// Days is the number of days in the span.
func (s Span) Days() int { return max(0, int(s.To-s.From)) }

// Contains tells whether the day is in the span.
func (s Span) Contains(d event.Day) bool { return s.From <= d && d < s.To }

// String is YYYY-MM-DD..YYYY-MM-DD, half-open.
func (s Span) String() string { return s.From.String() + ".." + s.To.String() }

// Before is the period that lies before the span: as many months where it is whole months, else as many days.
func (s Span) Before() Span {
	from, to := MonthOf(s.From), MonthOf(s.To)
	if s.From < s.To && s.From == MonthSpan(from).From && s.To == MonthSpan(to).From {
		return Span{MonthSpan(from - (to - from)).From, s.From}
	}
	return Span{s.From - event.Day(s.Days()), s.From}
}

// ErrSteps is returned for a step that is not one, and for a span that has too many of it.
var ErrSteps = errors.New("not a step")

// maxSteps bounds a series: eleven years of days.
const maxSteps = 4000

// Steps cuts a span at the bounds of calendar days, ISO weeks, months, quarters or years: step is
// day, week, month, quarter or year. The quarters of a fiscal year are fiscal. The first and the last piece are
// clipped to the span. It fails with ErrSteps for another step and for more than 4000 pieces.
func (c Calendar) Steps(span Span, step string) ([]Span, error) {
	var of func(event.Day) Span
	switch step {
	case "day":
		of = func(d event.Day) Span { return Span{d, d + 1} }
	case "week":
		of = week
	case "month":
		of = func(d event.Day) Span { return MonthSpan(MonthOf(d)) }
	case "quarter":
		if of = quarter; span == c.FiscalYear(span.From) {
			of = c.FiscalQuarter
		}
	case "year":
		of = year
	default:
		return nil, fmt.Errorf("%w: %q; want day, week, month, quarter or year", ErrSteps, step)
	}
	var steps []Span
	for at := span.From; at < span.To; {
		if len(steps) == maxSteps {
			return nil, fmt.Errorf("%w: %s has more than %d of a %s; want a coarser one", ErrSteps, span, maxSteps, step)
		}
		to := min(of(at).To, span.To)
		steps = append(steps, Span{at, to})
		at = to
	}
	return steps, nil
}

// FiscalMonth is the fiscal month of a day, which is the calendar month.
func (c Calendar) FiscalMonth(d event.Day) Span { return c.block(d, 1) }

// FiscalQuarter is the fiscal quarter of a day; they count from the month in which the fiscal year begins.
func (c Calendar) FiscalQuarter(d event.Day) Span { return c.block(d, 3) }

// FiscalQuarterName is the fiscal quarter of a day as a window is asked for: FY2026-Q1, or 2026-Q1 where the
// fiscal year is the calendar's.
func (c Calendar) FiscalQuarterName(d event.Day) string {
	year := c.FiscalYear(d)
	name := int(MonthOf(year.To-1)) / 12
	nth := int(MonthOf(d)-MonthOf(year.From))/3 + 1
	if c.fiscal == time.January {
		return fmt.Sprintf("%04d-Q%d", name, nth)
	}
	return fmt.Sprintf("FY%04d-Q%d", name, nth)
}

// FiscalYear is the fiscal year of a day.
func (c Calendar) FiscalYear(d event.Day) Span { return c.block(d, 12) }

// block is the n fiscal months around a day that begin at a multiple of n in the fiscal year.
func (c Calendar) block(d event.Day, n int) Span {
	month := int(MonthOf(d))
	into := floorMod(month-int(c.fiscal-time.January), n)
	return months(month-into, n)
}

// Period is the fiscal period of a name such as 2026, 2026-Q1 or 2026-01, and whether it is a Year, a Quarter
// or a Month; months are those of the calendar. The span is empty for another text, and where the period
// does not lie within the years that windows may lie in.
func (c Calendar) Period(name string) (kind Kind, span Span) {
	spec := "FY" + name
	if _, month, cut := strings.Cut(name, "-"); cut && !strings.HasPrefix(month, "Q") {
		spec = name
	}
	w, err := c.Window(spec, 0)
	if err != nil || w.From < 0 {
		return 0, Span{}
	}
	switch w.Kind {
	case Month:
		return Month, w.Span
	case FiscalQuarter:
		return Quarter, w.Span
	case FiscalYear:
		return Year, w.Span
	default:
		return 0, Span{}
	}
}

// PeriodOf tells whether a span is exactly one month, quarter or year, calendar or fiscal, and
// which: kind is Month, Quarter or Year.
func (c Calendar) PeriodOf(s Span) (kind Kind, start event.Day, ok bool) {
	if kind, start, ok = c.FiscalPeriodOf(s); ok {
		return kind, start, ok
	}
	switch s {
	case quarter(s.From):
		return Quarter, s.From, true
	case year(s.From):
		return Year, s.From, true
	}
	return 0, 0, false
}

// FiscalPeriodOf is PeriodOf for fiscal periods alone: a calendar quarter counts only where it is
// also a fiscal one.
func (c Calendar) FiscalPeriodOf(s Span) (kind Kind, start event.Day, ok bool) {
	switch s {
	case c.FiscalMonth(s.From):
		return Month, s.From, true
	case c.FiscalQuarter(s.From):
		return Quarter, s.From, true
	case c.FiscalYear(s.From):
		return Year, s.From, true
	}
	return 0, 0, false
}

// week is the ISO week, from Monday.
func week(d event.Day) Span {
	monday := d - event.Day(floorMod(int(d)+3, 7)) // day 0 was a Thursday
	return Span{monday, monday + 7}
}

func quarter(d event.Day) Span {
	month := int(MonthOf(d))
	return months(month-floorMod(month, 3), 3)
}

func year(d event.Day) Span {
	month := int(MonthOf(d))
	return months(month-floorMod(month, 12), 12)
}

func floorMod(a, b int) int { return (a%b + b) % b }

// Standard is the periods around a day that rates of customers are kept for: the month, quarter and year of
// the calendar, and the fiscal quarter and year, which may be the same.
func (c Calendar) Standard(d event.Day) [5]Span {
	return [5]Span{MonthSpan(MonthOf(d)), quarter(d), year(d), c.FiscalQuarter(d), c.FiscalYear(d)}
}
