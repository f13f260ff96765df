package calendar_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

func span(t testing.TB, s string) calendar.Span {
	t.Helper()
	from, to, _ := strings.Cut(s, "..")
	return calendar.Span{From: day(t, from), To: day(t, to)}
}

func TestSpanIsHalfOpen(t *testing.T) {
	s := span(t, "2026-01-01..2026-04-01")
	if s.Days() != 90 {
		t.Errorf("%d days", s.Days())
	}
	for d, in := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-03-31": true, "2026-04-01": false} {
		if s.Contains(day(t, d)) != in {
			t.Errorf("contains %s: %v", d, !in)
		}
	}
	if n := (calendar.Span{From: 5, To: 3}).Days(); n != 0 {
		t.Errorf("a span that ends before it begins has %d days", n)
	}
}

func TestStepsAreClippedToTheSpan(t *testing.T) {
	for _, c := range []struct{ span, step, want string }{
		{"2026-02-27..2026-03-02", "day", "2026-02-27..2026-02-28 2026-02-28..2026-03-01 2026-03-01..2026-03-02"},
		{"2026-11-18..2026-12-01", "week", "2026-11-18..2026-11-23 2026-11-23..2026-11-30 2026-11-30..2026-12-01"},
		{"2026-01-15..2026-03-01", "month", "2026-01-15..2026-02-01 2026-02-01..2026-03-01"},
		{"2026-02-01..2026-08-01", "quarter", "2026-02-01..2026-04-01 2026-04-01..2026-07-01 2026-07-01..2026-08-01"},
		{"2026-02-01..2027-02-01", "quarter", "2026-02-01..2026-05-01 2026-05-01..2026-08-01 2026-08-01..2026-11-01 2026-11-01..2027-02-01"}, // the fiscal year
		{"2025-06-01..2026-06-01", "year", "2025-06-01..2026-01-01 2026-01-01..2026-06-01"},
		{"2026-01-05..2026-01-07", "year", "2026-01-05..2026-01-07"},
		{"2026-01-05..2026-01-05", "day", ""},
		{"2026-01-05..2026-01-01", "day", ""},
	} {
		t.Run(c.step+" of "+c.span, func(t *testing.T) {
			steps, err := calendar.New(time.UTC, time.February).Steps(span(t, c.span), c.step)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range steps {
				got = append(got, s.String())
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestStepsRefusesAnUnknownStepAndTooMany(t *testing.T) {
	for _, c := range []struct {
		days event.Day
		step string
		ok   bool
	}{
		{4000, "day", true},
		{4001, "day", false},
		{4001, "week", true},
		{2_932_897, "year", false}, // all the years there are
		{10, "hour", false},
		{10, "", false},
		{0, "hour", false},
	} {
		_, err := calendar.New(time.UTC, time.February).Steps(calendar.Span{From: 0, To: c.days}, c.step)
		if c.ok && err != nil || !c.ok && !errors.Is(err, calendar.ErrSteps) {
			t.Errorf("%d days by %q: %v", c.days, c.step, err)
		}
	}
}

func TestStepsTileTheSpanWithoutGapOrOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := event.Day(rapid.Int32Range(-1000, 60_000).Draw(t, "from"))
		s := calendar.Span{From: from, To: from + event.Day(rapid.Int32Range(1, 4000).Draw(t, "days"))}
		steps, err := calendar.New(time.UTC, time.February).Steps(s, rapid.SampledFrom([]string{"day", "week", "month", "quarter", "year"}).Draw(t, "step"))
		if err != nil {
			t.Fatal(err)
		}
		at := s.From
		for _, step := range steps {
			if step.From != at || step.To <= step.From {
				t.Fatalf("%s follows %s", step, at)
			}
			at = step.To
		}
		if at != s.To {
			t.Fatalf("ends at %s, want %s", at, s.To)
		}
	})
}

func TestMonthOfAndMonthSpanAreInverse(t *testing.T) {
	if m := calendar.MonthOf(day(t, "2026-11-22")); m != 2026*12+10 {
		t.Errorf("month %d", m)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := event.Day(rapid.Int32Range(-800_000, 2_932_896).Draw(t, "day"))
		s := calendar.MonthSpan(calendar.MonthOf(d))
		if !s.Contains(d) || calendar.MonthOf(s.From) != calendar.MonthOf(d) || calendar.MonthOf(s.To) != calendar.MonthOf(d)+1 {
			t.Fatalf("the month of %s is %s", d, s)
		}
	})
}

func TestMonthOfAgreesWithTheTimePackageOnEveryDay(t *testing.T) {
	for d := event.Day(-800_000); d < event.DayOf(10_001, 1, 1); d++ {
		y, m, _ := d.Date()
		if got := calendar.MonthOf(d); got != int32(y*12+int(m)-1) {
			t.Fatalf("month of %s is %d", d, got)
		}
	}
}

func TestMonthSpanAgreesWithTheTimePackageInEveryMonth(t *testing.T) {
	for m := int32(-200 * 12); m <= 10_001*12; m++ {
		want := calendar.Span{From: event.DayOf(0, time.Month(m+1), 1), To: event.DayOf(0, time.Month(m+2), 1)}
		if got := calendar.MonthSpan(m); got != want {
			t.Fatalf("month %d is %s, want %s", m, got, want)
		}
	}
}

func TestFiscalPeriodsCountFromTheFiscalStartMonth(t *testing.T) {
	for _, c := range []struct {
		fiscal                    time.Month
		day, month, quarter, year string
	}{
		{1, "2026-02-14", "2026-02-01..2026-03-01", "2026-01-01..2026-04-01", "2026-01-01..2027-01-01"},
		{2, "2026-01-31", "2026-01-01..2026-02-01", "2025-11-01..2026-02-01", "2025-02-01..2026-02-01"},
		{2, "2026-02-01", "2026-02-01..2026-03-01", "2026-02-01..2026-05-01", "2026-02-01..2027-02-01"},
		{7, "2026-06-30", "2026-06-01..2026-07-01", "2026-04-01..2026-07-01", "2025-07-01..2026-07-01"},
		{12, "2026-01-01", "2026-01-01..2026-02-01", "2025-12-01..2026-03-01", "2025-12-01..2026-12-01"},
		{12, "2024-02-29", "2024-02-01..2024-03-01", "2023-12-01..2024-03-01", "2023-12-01..2024-12-01"},
	} {
		cal, d := calendar.New(time.UTC, c.fiscal), day(t, c.day)
		for want, got := range map[string]calendar.Span{
			c.month: cal.FiscalMonth(d), c.quarter: cal.FiscalQuarter(d), c.year: cal.FiscalYear(d),
		} {
			if got.String() != want {
				t.Errorf("fiscal year from %s, %s: got %s, want %s", c.fiscal, d, got, want)
			}
		}
	}
}

func TestFiscalPeriodsHoldTheDayAndNestInEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal := calendar.New(time.UTC, time.Month(rapid.IntRange(1, 12).Draw(t, "fiscal")))
		d := event.Day(rapid.Int32Range(-1000, 60_000).Draw(t, "day"))
		m, q, y := cal.FiscalMonth(d), cal.FiscalQuarter(d), cal.FiscalYear(d)
		if !m.Contains(d) || q.From > m.From || q.To < m.To || y.From > q.From || y.To < q.To {
			t.Fatalf("%s: month %s, quarter %s, year %s", d, m, q, y)
		}
		if int(calendar.MonthOf(q.To)-calendar.MonthOf(q.From)) != 3 || int(calendar.MonthOf(y.To)-calendar.MonthOf(y.From)) != 12 {
			t.Fatalf("%s: quarter %s, year %s", d, q, y)
		}
	})
}

func TestPeriodOfKnowsCalendarAndFiscalPeriodsApart(t *testing.T) {
	for _, c := range []struct {
		fiscal     time.Month
		window     string
		kind       calendar.Kind
		isCalendar bool // a month, quarter or year, calendar or fiscal
		isFiscal   bool
	}{
		{1, "2026-03", calendar.Month, true, true},
		{2, "2026-03", calendar.Month, true, true},
		{1, "2026-Q1", calendar.Quarter, true, true},
		{1, "2026", calendar.Year, true, true},
		{4, "2026-Q1", calendar.Quarter, true, true}, // quarters from April are those from January
		{4, "2026", calendar.Year, true, false},
		{2, "2026-Q1", calendar.Quarter, true, false},
		{2, "FY2026-Q1", calendar.Quarter, true, true},
		{2, "FY2026", calendar.Year, true, true},
		{2, "2026-02-01..2026-05-01", calendar.Quarter, true, true},
		{1, "2026-02-01..2026-05-01", 0, false, false},
		{1, "2026-01-01..2026-04-01", calendar.Quarter, true, true},
		{1, "2026-01-01..2026-07-01", 0, false, false},
		{1, "2026-01-02..2026-04-02", 0, false, false},
		{1, "2025-07-01..2026-07-01", 0, false, false},
		{1, "7d", 0, false, false},
		{1, "2026-W14", 0, false, false},
		{1, "qtd", calendar.Quarter, true, true}, // asked on the quarter's last day
		{1, "mtd", calendar.Month, true, true},
		{1, "ytd", calendar.Quarter, true, true}, // so far, the year is its first quarter
	} {
		cal := calendar.New(time.UTC, c.fiscal)
		w, err := cal.Window(c.window, day(t, "2026-03-31"))
		if err != nil {
			t.Fatal(err)
		}
		kind, start, ok := cal.PeriodOf(w.Span)
		if ok != c.isCalendar || kind != c.kind || ok && start != w.From {
			t.Errorf("%s, fiscal year from %s: %d from %s, %v", c.window, c.fiscal, kind, start, ok)
		}
		if kind, start, ok = cal.FiscalPeriodOf(w.Span); ok != c.isFiscal || ok && (kind != c.kind || start != w.From) {
			t.Errorf("%s, fiscal year from %s: fiscal %d from %s, %v", c.window, c.fiscal, kind, start, ok)
		}
	}
}

func TestPeriodReadsTheNamesOfFiscalPeriods(t *testing.T) {
	for _, c := range []struct {
		fiscal time.Month
		name   string
		kind   calendar.Kind
		days   string
	}{
		{1, "2026", calendar.Year, "2026-01-01..2027-01-01"},
		{1, "2026-Q2", calendar.Quarter, "2026-04-01..2026-07-01"},
		{1, "2026-02", calendar.Month, "2026-02-01..2026-03-01"},
		{4, "2026", calendar.Year, "2025-04-01..2026-04-01"},
		{4, "2026-Q2", calendar.Quarter, "2025-07-01..2025-10-01"},
		{4, "2026-02", calendar.Month, "2026-02-01..2026-03-01"},
		{4, "1970", 0, "1970-01-01..1970-01-01"}, // it begins before the first day
		{1, "1500", 0, "1970-01-01..1970-01-01"},
		{1, "2026-W01", 0, "1970-01-01..1970-01-01"},
		{1, "", 0, "1970-01-01..1970-01-01"},
	} {
		kind, days := calendar.New(time.UTC, c.fiscal).Period(c.name)
		if kind != c.kind || days.String() != c.days {
			t.Errorf("%s, fiscal year from %s: %d of %s, want %d of %s", c.name, c.fiscal, kind, days, c.kind, c.days)
		}
	}
}

func BenchmarkMonthOf(b *testing.B) {
	d, sum := event.Day(20_000), int32(0)
	for b.Loop() {
		if d++; d > 21_000 {
			d = 20_000
		}
		sum += calendar.MonthOf(d)
	}
	_ = sum
}

func BenchmarkMonthSpan(b *testing.B) {
	m, sum := int32(2020*12), event.Day(0)
	for b.Loop() {
		if m++; m > 2030*12 {
			m = 2020 * 12
		}
		sum += calendar.MonthSpan(m).From
	}
	_ = sum
}

func TestThePeriodBeforeHasAsManyMonthsOrDays(t *testing.T) {
	for span, want := range map[string]string{
		"2026-03-01..2026-04-01": "2026-02-01..2026-03-01",
		"2026-01-01..2026-04-01": "2025-10-01..2026-01-01",
		"2026-01-01..2027-01-01": "2025-01-01..2026-01-01",
		"2026-02-01..2026-04-01": "2025-12-01..2026-02-01",
		"2026-03-02..2026-04-01": "2026-01-31..2026-03-02",
		"2026-03-01..2026-03-15": "2026-02-15..2026-03-01",
	} {
		from, to, _ := strings.Cut(span, "..")
		if got := (calendar.Span{From: day(t, from), To: day(t, to)}).Before().String(); got != want {
			t.Errorf("before %s lies %s, want %s", span, got, want)
		}
	}
}

func TestAFiscalQuarterIsNamedAsItIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		start time.Month
		day   event.Day
		want  string
	}{
		{time.January, event.DayOf(2026, time.March, 31), "2026-Q1"},
		{time.January, event.DayOf(2026, time.December, 1), "2026-Q4"},
		{time.February, event.DayOf(2026, time.January, 31), "FY2026-Q4"},
		{time.February, event.DayOf(2026, time.February, 1), "FY2027-Q1"},
		{time.October, event.DayOf(2026, time.September, 30), "FY2026-Q4"},
		{time.October, event.DayOf(2026, time.October, 1), "FY2027-Q1"},
	} {
		cal := calendar.New(time.UTC, c.start)
		got := cal.FiscalQuarterName(c.day)
		w, err := cal.Window(got, c.day)
		if got != c.want || err != nil || w.Span != cal.FiscalQuarter(c.day) {
			t.Errorf("from %s on, %s is in %s (%s, %v), want %s", c.start, c.day, got, w.Span, err, c.want)
		}
	}
}
