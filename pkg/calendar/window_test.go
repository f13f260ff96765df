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

func TestWindowReadsEveryFormOfTheCatalogue(t *testing.T) {
	for _, c := range []struct {
		spec, asOf string
		fiscal     time.Month
		want       string
		kind       calendar.Kind
	}{
		{"1d", "2026-03-01", 1, "2026-03-01..2026-03-02", calendar.Rolling},
		{"7d", "2026-03-01", 1, "2026-02-23..2026-03-02", calendar.Rolling},
		{"14d", "2026-03-01", 1, "2026-02-16..2026-03-02", calendar.Rolling},
		{"28d", "2024-02-29", 1, "2024-02-02..2024-03-01", calendar.Rolling},
		{"30d", "2026-03-31", 1, "2026-03-02..2026-04-01", calendar.Rolling},
		{"42d", "2026-03-31", 1, "2026-02-18..2026-04-01", calendar.Rolling},
		{"90d", "2026-03-31", 1, "2026-01-01..2026-04-01", calendar.Rolling},
		{"180d", "2026-03-31", 1, "2025-10-03..2026-04-01", calendar.Rolling},
		{"365d", "2026-12-31", 1, "2026-01-01..2027-01-01", calendar.Rolling},
		{"365d", "2024-12-31", 1, "2024-01-02..2025-01-01", calendar.Rolling}, // a leap year is longer
		{"wtd", "2026-11-22", 1, "2026-11-16..2026-11-23", calendar.ToDate},   // a Sunday ends the week
		{"wtd", "2026-11-23", 1, "2026-11-23..2026-11-24", calendar.ToDate},
		{"wtd", "2026-01-01", 1, "2025-12-29..2026-01-02", calendar.ToDate},
		{"mtd", "2026-11-22", 1, "2026-11-01..2026-11-23", calendar.ToDate},
		{"qtd", "2026-11-22", 2, "2026-10-01..2026-11-23", calendar.ToDate}, // of the calendar, whatever the fiscal year
		{"ytd", "2026-11-22", 2, "2026-01-01..2026-11-23", calendar.ToDate},
		{"2026-11-22", "2026-01-01", 1, "2026-11-22..2026-11-23", calendar.Day},
		{"2024-02-29", "2026-01-01", 1, "2024-02-29..2024-03-01", calendar.Day},
		{"2026-W47", "2026-01-01", 1, "2026-11-16..2026-11-23", calendar.Week},
		{"2026-W01", "2026-01-01", 1, "2025-12-29..2026-01-05", calendar.Week},
		{"2026-W53", "2026-01-01", 1, "2026-12-28..2027-01-04", calendar.Week},
		{"1970-W01", "2026-01-01", 1, "1969-12-29..1970-01-05", calendar.Week},
		{"2026-11", "2026-01-01", 1, "2026-11-01..2026-12-01", calendar.Month},
		{"2026-12", "2026-01-01", 1, "2026-12-01..2027-01-01", calendar.Month},
		{"2024-02", "2026-01-01", 1, "2024-02-01..2024-03-01", calendar.Month},
		{"2026-Q1", "2026-01-01", 4, "2026-01-01..2026-04-01", calendar.Quarter},
		{"2026-Q4", "2026-01-01", 1, "2026-10-01..2027-01-01", calendar.Quarter},
		{"2026", "2026-01-01", 4, "2026-01-01..2027-01-01", calendar.Year},
		{"9999", "2026-01-01", 1, "9999-01-01..10000-01-01", calendar.Year},
		{"1970", "2026-01-01", 1, "1970-01-01..1971-01-01", calendar.Year},
		{"FY2026", "2026-01-01", 1, "2026-01-01..2027-01-01", calendar.FiscalYear},
		{"FY2026", "2026-01-01", 2, "2025-02-01..2026-02-01", calendar.FiscalYear},
		{"FY2026", "2026-01-01", 12, "2025-12-01..2026-12-01", calendar.FiscalYear},
		{"FY2026-Q1", "2026-01-01", 1, "2026-01-01..2026-04-01", calendar.FiscalQuarter},
		{"FY2026-Q1", "2026-01-01", 7, "2025-07-01..2025-10-01", calendar.FiscalQuarter},
		{"FY2026-Q4", "2026-01-01", 2, "2025-11-01..2026-02-01", calendar.FiscalQuarter},
		{"2026-01-01..2026-04-01", "2026-01-01", 1, "2026-01-01..2026-04-01", calendar.Range},
		{"2026-01-01..2026-01-02", "2026-01-01", 1, "2026-01-01..2026-01-02", calendar.Range},
	} {
		t.Run(c.spec+" as of "+c.asOf, func(t *testing.T) {
			got, err := calendar.New(time.UTC, c.fiscal).Window(c.spec, day(t, c.asOf))
			if err != nil {
				t.Fatal(err)
			}
			if got.Span.String() != c.want || got.Kind != c.kind || got.Spec != c.spec {
				t.Errorf("got %s of kind %d (%q), want %s of kind %d", got.Span, got.Kind, got.Spec, c.want, c.kind)
			}
		})
	}
}

func TestWindowRefusesTheRestWithTheRuleAndTheFormsAccepted(t *testing.T) {
	cal := calendar.New(time.UTC, time.February)
	for spec, rule := range map[string]string{
		"":                         "has none of the forms",
		"31d":                      "not a length that is kept",
		"0d":                       "not a length that is kept",
		"-7d":                      "not a length that is kept",
		"07d":                      "not a length that is kept",
		"99999999999999999999d":    "not a length that is kept",
		"7D":                       "has none of the forms",
		" 7d":                      "not a length that is kept",
		"QTD":                      "has none of the forms",
		"last_quarter":             "has none of the forms",
		"1969":                     "outside the years",
		"0000":                     "has none of the forms",
		"10000":                    "has none of the forms",
		"２０２６":                     "has none of the forms",
		"+026":                     "has none of the forms",
		"2026-":                    "no such quarter, week, month or day",
		"2026-Q0":                  "no such quarter, week, month or day",
		"2026-Q5":                  "no such quarter, week, month or day",
		"2026-W00":                 "no such quarter, week, month or day",
		"2026-W7":                  "no such quarter, week, month or day",
		"2026-W54":                 "no such quarter, week, month or day",
		"2025-W53":                 "no such week",
		"2026-13":                  "no such quarter, week, month or day",
		"2026-00":                  "no such quarter, week, month or day",
		"2026-1":                   "no such quarter, week, month or day",
		"2026-02-29":               "no such quarter, week, month or day",
		"2026-1-1":                 "no such quarter, week, month or day",
		"FY":                       "has none of the forms",
		"FY26":                     "has none of the forms",
		"FY1969":                   "outside the years",
		"FY2026-Q5":                "no such fiscal quarter",
		"FY2026-11":                "no such fiscal quarter",
		"FY2026-":                  "no such fiscal quarter",
		"2026-04-01..2026-04-01":   "ends before it begins",
		"2026-04-02..2026-04-01":   "ends before it begins",
		"2026-02-30..2026-04-01":   "a day that does not exist",
		"2026-01-01..":             "a day that does not exist",
		"..2026-01-01":             "a day that does not exist",
		"2026-01..2026-02":         "a day that does not exist",
		"1969-12-31..2026-01-01":   "outside the years",
		"2026-01-01..2026-02-01..": "a day that does not exist",
	} {
		t.Run(spec, func(t *testing.T) {
			w, err := cal.Window(spec, day(t, "2026-11-22"))
			if !errors.Is(err, calendar.ErrWindow) {
				t.Fatalf("got %v, %v; want ErrWindow", w, err)
			}
			if !strings.Contains(err.Error(), rule) || !strings.Contains(err.Error(), "want 1d, 7d") {
				t.Errorf("%q says neither %q nor what is accepted", err, rule)
			}
			if w != (calendar.Window{}) {
				t.Errorf("a refused window is %v", w)
			}
		})
	}
}

func TestWindowRefusesADayToAnswerForOutsideTheYears(t *testing.T) {
	for _, asOf := range []event.Day{-1, event.DayOf(10000, 1, 1)} {
		if _, err := calendar.New(time.UTC, 1).Window("7d", asOf); !errors.Is(err, calendar.ErrWindow) {
			t.Errorf("as of %s: %v", asOf, err)
		}
	}
}

func TestWindowDoesNotRepeatALongRefusedTextInFull(t *testing.T) {
	_, err := calendar.New(time.UTC, 1).Window(strings.Repeat("x", 1<<20), 0)
	if err == nil || len(err.Error()) > 400 {
		t.Errorf("%d bytes of error", len(err.Error()))
	}
}

func TestWindowOfAnyWeekAgreesWithTheTimePackage(t *testing.T) {
	cal := calendar.New(time.UTC, 1)
	rapid.Check(t, func(t *rapid.T) {
		d := event.Day(rapid.Int32Range(3, 2_932_890).Draw(t, "day"))
		y, w := time.Unix(int64(d)*86400, 0).UTC().ISOWeek()
		spec := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006") + "-W" + string(rune('0'+w/10)) + string(rune('0'+w%10))
		window, err := cal.Window(spec, 0)
		if err != nil || !window.Contains(d) || window.Days() != 7 {
			t.Fatalf("%s of %s is %v, %v", spec, d, window, err)
		}
	})
}

func FuzzWindowIsAReasonableSpanOrARefusal(f *testing.F) {
	for _, s := range []string{"7d", "qtd", "2026-W47", "FY2026-Q1", "2026-01-01..2026-04-01", "..", "FY-", "2026-Q"} {
		f.Add(s)
	}
	cal := calendar.New(time.UTC, time.April)
	f.Fuzz(func(t *testing.T, spec string) {
		w, err := cal.Window(spec, 20_000)
		if err == nil && (w.From >= w.To || w.From < -400 || w.To > event.DayOf(10000, 1, 1)) {
			t.Errorf("%q is %s", spec, w.Span)
		}
		if err != nil && !errors.Is(err, calendar.ErrWindow) {
			t.Errorf("%q: %v", spec, err)
		}
	})
}
