package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"weir.dev/weir/pkg/event"
)

// Kind is the form in which a window was asked for.
type Kind uint8

// The kinds of windows.
const (
	Rolling       Kind = iota + 1 // 30d: so many days up to and with the day asked for
	ToDate                        // qtd: from the start of the calendar period to the day asked for
	Day                           // 2026-11-22
	Week                          // 2026-W47
	Month                         // 2026-11
	Quarter                       // 2026-Q4
	Year                          // 2026
	FiscalQuarter                 // FY2026-Q1
	FiscalYear                    // FY2026
	Range                         // 2026-01-01..2026-04-01
)

// Window is the days that a question is about. Those after the day asked for are in the span where
// the form says so (2026-Q4 is the whole quarter from its first day on); they hold nothing yet.
type Window struct {
	Span
	Kind Kind
	Spec string // as it was asked for
}

// ErrWindow is returned for text that is not a window.
var ErrWindow = errors.New("not a window")

// accepted says what a window may be, in every refusal.
const accepted = "want 1d, 7d, 14d, 28d, 30d, 42d, 90d, 180d or 365d; wtd, mtd, qtd or ytd; " +
	"2026-11-22, 2026-W47, 2026-11, 2026-Q4 or 2026; FY2026 or FY2026-Q1; 2026-01-01..2026-04-01"

var rolling = []string{"1d", "7d", "14d", "28d", "30d", "42d", "90d", "180d", "365d"}

// The years in which a window may lie.
const (
	firstYear = 1970
	lastYear  = 9999
)

// Window reads a window as asked for on a day. Weeks are ISO weeks; wtd, mtd, qtd and ytd and the
// quarters and years without FY are of the calendar; a fiscal year is named by the year in which it
// ends. It fails with ErrWindow for anything else, for years outside 1970 to 9999, and for an empty range.
func (c Calendar) Window(spec string, asOf event.Day) (Window, error) {
	span, kind, rule := c.parse(spec, asOf)
	if rule != "" {
		return Window{}, fmt.Errorf("%w: %.40q %s; %s", ErrWindow, spec, rule, accepted)
	}
	return Window{Span: span, Kind: kind, Spec: spec}, nil
}

// parse answers with the rule that the text breaks, where it breaks one.
func (c Calendar) parse(spec string, asOf event.Day) (span Span, kind Kind, rule string) {
	if y, _, _ := asOf.Date(); y < firstYear || y > lastYear {
		return span, 0, "is asked for as of a day outside the years 1970 to 9999"
	}
	if from, ok := toDate(spec, asOf); ok {
		return Span{from, asOf + 1}, ToDate, ""
	}
	if n, ok := strings.CutSuffix(spec, "d"); ok {
		if !slices.Contains(rolling, spec) {
			return span, 0, "is not a length that is kept"
		}
		days, _ := strconv.Atoi(n)
		return Span{asOf + 1 - event.Day(days), asOf + 1}, Rolling, ""
	}
	if from, to, ok := strings.Cut(spec, ".."); ok {
		span, rule = parseRange(from, to)
		return span, Range, rule
	}
	if name, ok := strings.CutPrefix(spec, "FY"); ok {
		return c.parseFiscal(name)
	}
	return parseCalendar(spec)
}

func toDate(spec string, asOf event.Day) (from event.Day, ok bool) {
	switch spec {
	case "wtd":
		return week(asOf).From, true
	case "mtd":
		return MonthSpan(MonthOf(asOf)).From, true
	case "qtd":
		return quarter(asOf).From, true
	case "ytd":
		return year(asOf).From, true
	}
	return 0, false
}

func parseRange(from, to string) (span Span, rule string) {
	if span.From, rule = parseDay(from); rule != "" {
		return span, rule
	}
	if span.To, rule = parseDay(to); rule != "" {
		return span, rule
	}
	if span.From >= span.To {
		return span, "ends before it begins, or is empty (its last day is not included)"
	}
	return span, ""
}

func parseDay(s string) (d event.Day, rule string) {
	d, err := event.ParseDay(s)
	if err != nil {
		return 0, "has a day that does not exist"
	}
	if y, _, _ := d.Date(); y < firstYear || y > lastYear {
		return 0, "is outside the years 1970 to 9999"
	}
	return d, ""
}

// parseFiscal reads what follows FY.
func (c Calendar) parseFiscal(name string) (span Span, kind Kind, rule string) {
	head, tail, cut := strings.Cut(name, "-")
	y, rule := parseYear(head)
	if rule != "" {
		return span, 0, rule
	}
	first := y*12 + int(c.fiscal-time.January)
	if c.fiscal != time.January {
		first -= 12 // it ends in the year that names it
	}
	if !cut {
		return months(first, 12), FiscalYear, ""
	}
	q, ok := number(tail, "Q", 1, 4)
	if !ok {
		return span, 0, "has no such fiscal quarter"
	}
	return months(first+3*(q-1), 3), FiscalQuarter, ""
}

// parseCalendar reads a year, and a quarter, week, month or day of it.
func parseCalendar(spec string) (span Span, kind Kind, rule string) {
	head, tail, cut := strings.Cut(spec, "-")
	y, rule := parseYear(head)
	if rule != "" {
		return span, 0, rule
	}
	if !cut {
		return months(y*12, 12), Year, ""
	}
	if q, ok := number(tail, "Q", 1, 4); ok {
		return months(y*12+3*(q-1), 3), Quarter, ""
	}
	if w, ok := number(tail, "W", 2, 53); ok {
		span = week(event.DayOf(y, time.January, 4+7*(w-1))) // 4 January is always in week 1
		if thursday, _, _ := (span.From + 3).Date(); thursday != y {
			return span, 0, "has no such week"
		}
		return span, Week, ""
	}
	if m, ok := number(tail, "", 2, 12); ok {
		return months(y*12+m-1, 1), Month, ""
	}
	if d, rule := parseDay(spec); rule == "" {
		return Span{d, d + 1}, Day, ""
	}
	return span, 0, "has no such quarter, week, month or day"
}

func parseYear(s string) (y int, rule string) {
	y, ok := number(s, "", 4, lastYear)
	if !ok {
		return 0, "has none of the forms"
	}
	if y < firstYear {
		return 0, "is outside the years 1970 to 9999"
	}
	return y, ""
}

// number reads a prefix and exactly so many digits, a number from 1 to limit.
func number(s, prefix string, digits, limit int) (n int, ok bool) {
	s, ok = strings.CutPrefix(s, prefix)
	if !ok || len(s) != digits {
		return 0, false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, n >= 1 && n <= limit
}
