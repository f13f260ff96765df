package query_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/query"
)

func TestAbsentDaysHaveTheirReadings(t *testing.T) {
	c, err := config.Parse([]byte("tenants: {default: {zone: Pacific/Auckland, fiscal_year_start: 4}}"))
	if err != nil {
		t.Fatal(err)
	}
	m := newMemory(t, c)
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC) // already 1 April in Auckland
	h := handlerOf(t, c, m, func(o *query.Options) { o.Now = func() time.Time { return now } })
	for _, tc := range []struct{ path, from, to, asOf, known string }{
		{"win_rate", "2026-03-03", "2026-04-02", "2026-04-01", "2026-04-01"},
		{"win_rate?window=mtd", "2026-04-01", "2026-04-02", "2026-04-01", "2026-04-01"},
		{"win_rate?known=2026-03-20", "2026-02-19", "2026-03-21", "2026-03-20", "2026-03-20"},
		{"win_rate?known=2026-03-20&as_of=2026-03-10", "2026-02-09", "2026-03-11", "2026-03-10", "2026-03-20"},
		{"win_rate?as_of=2026-05-01", "2026-04-02", "2026-05-02", "2026-05-01", "2026-05-01"},
		{"win_rate?window=FY2026-Q4", "2026-01-01", "2026-04-01", "2026-04-01", "2026-04-01"},
		{"open_deals", "2026-03-03", "2026-04-02", "2026-04-01", "2026-04-01"},
		{"open_deals?window=2026-02", "2026-02-01", "2026-03-01", "2026-02-28", "2026-04-01"},
		{"open_deals?window=2026-Q2", "2026-04-01", "2026-07-01", "2026-04-01", "2026-04-01"},
		{"open_deals?window=2026-02&as_of=2026-03-01", "2026-02-01", "2026-03-01", "2026-03-01", "2026-04-01"},
		{"open_deals?window=2026-Q1&known=2026-02-10", "2026-01-01", "2026-04-01", "2026-02-10", "2026-02-10"},
	} {
		r := get(t, h, "/v1/metrics/"+tc.path)
		for pointer, want := range map[string]string{"/window/from": tc.from, "/window/to": tc.to, "/as_of": tc.asOf, "/known": tc.known} {
			if got, _ := at(r.body, pointer); got != want {
				t.Errorf("%s: %s is %v, want %s", tc.path, pointer, got, want)
			}
		}
	}
}

func TestAFilterMayHoldCommasAndColons(t *testing.T) {
	m := newMemory(t, config.Default())
	const odd = `Doe, Jane: C\D`
	e := batchFile(t, "eight_deals.json")[0]
	e.Data = fmt.Appendf(nil, `{"stage":"prospecting","owner":%q}`, odd)
	m.apply("default", 1, e)
	h := handlerOf(t, config.Default(), m, nil)
	where := url.QueryEscape(`owner:Doe\, Jane: C\\D`)
	if n, _ := at(get(t, h, "/v1/metrics/open_deals?where="+where).body, "/values/0/n"); n != 1.0 {
		t.Errorf("%v deals, want 1", n)
	}
	if n, _ := at(get(t, h, "/v1/metrics/open_deals?where=stage:prospecting&where="+where).body, "/values/0/n"); n != 1.0 {
		t.Errorf("with a second filter: %v deals, want 1", n)
	}
	if owner, _ := at(get(t, h, "/v1/deals?owner="+url.QueryEscape(odd)).body, "/deals/0/owner"); owner != odd {
		t.Errorf("owner %v", owner)
	}
}

func TestMoneyOfAnotherCurrencyIsListedAndNotDropped(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 3, batchFile(t, "eight_deals.json")...)
	m.apply("default", 3, batch(t, []byte(lifeOfL1))[3])
	h := handlerOf(t, config.Default(), m, nil)
	for path, want := range map[string]map[string]any{
		"/v1/metrics/open_pipeline?as_of=2026-03-31":              {"/values/0/value": 170000.0, "/values/0/missing/unconverted/USD": 1200.5, "/currency": "EUR"},
		"/v1/metrics/open_pipeline?as_of=2026-03-31&currency=USD": {"/values/0/value": 1200.5, "/values/0/missing/unconverted/EUR": 170000.0, "/currency": "USD"},
		"/v1/metrics/open_deals?as_of=2026-03-31&currency=USD":    {"/values/0/value": 4.0},
	} {
		r := get(t, h, path)
		for pointer, want := range want {
			if got, _ := at(r.body, pointer); got != want {
				t.Errorf("GET %s: %s is %v, want %v", path, pointer, got, want)
			}
		}
	}
}

// logEnd is a log that ends somewhere, or does not tell.
type logEnd struct {
	at    int64
	err   error
	asked int
}

func (l *logEnd) End(context.Context, int) (int64, error) {
	l.asked++
	return l.at, l.err
}

func TestAnAnswerSaysWhereItStandsAndHowFarBehind(t *testing.T) {
	m := newMemory(t, config.Default())
	end := &logEnd{at: 20}
	h := handlerOf(t, config.Default(), m, func(o *query.Options) { o.Ends = end })
	if r := get(t, h, "/v1/metrics/deals_won"); r.status != 503 {
		t.Errorf("20 events wait, none is applied: %d, want 503: %s", r.status, r.text)
	}
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	r := get(t, h, "/v1/metrics/deals_won")
	for pointer, want := range map[string]any{
		"/position": "log1.3.16", "/freshness/lag_events": 3.0,
		"/freshness/applied_at": event.FormatInstant(arrival), "/freshness/watermark": "2026-03-25T12:00:00Z",
	} {
		if got, _ := at(r.body, pointer); got != want {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
	if end.asked != 1 {
		t.Errorf("the log was asked %d times within a second, want once", end.asked)
	}
}

func TestAnEmptyLogIsAnsweredWithZerosAndNulls(t *testing.T) {
	m := newMemory(t, config.Default())
	h := handlerOf(t, config.Default(), m, func(o *query.Options) { o.Ends = &logEnd{} })
	for path, want := range map[string]any{
		"/v1/metrics/bookings": 0.0, "/v1/metrics/open_deals": 0.0, "/v1/metrics/win_rate": nil, "/v1/metrics/sales_cycle_length": nil,
	} {
		r := get(t, h, path)
		value, ok := at(r.body, "/values/0/value")
		n, _ := at(r.body, "/values/0/n")
		position, _ := at(r.body, "/position")
		if r.status != 200 || !ok || value != want || n != 0.0 || position != nil {
			t.Errorf("GET %s: %d %s", path, r.status, r.text)
		}
	}
}

func TestALogThatDoesNotTellItsEndCostsTheLagAlone(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	h := handlerOf(t, config.Default(), m, func(o *query.Options) { o.Ends = &logEnd{err: errors.New("no broker")} })
	r := get(t, h, "/v1/metrics/deals_won?window=2026-Q1")
	lag, there := at(r.body, "/freshness/lag_events")
	if won, _ := at(r.body, "/values/0/value"); r.status != 200 || won != 3.0 || lag != nil || !there {
		t.Errorf("%d %s", r.status, r.text)
	}
}

func TestAQuestionWithAStepHasASeriesAlsoWhereNoStepHasBegun(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	h := handlerOf(t, config.Default(), m, nil)
	for path, want := range map[string]int{
		"/v1/metrics/deals_won?window=2026-Q1&as_of=2026-02-10&step=month": 2, // March lies ahead
		"/v1/metrics/deals_won?window=2026-Q2&as_of=2026-02-10&step=month": 0,
		"/v1/metrics/deals_won?window=2026-Q1&as_of=2026-02-10":            -1,
	} {
		series, there := at(get(t, h, path).body, "/series")
		steps, _ := series.([]any)
		if there != (want >= 0) || len(steps) != max(want, 0) {
			t.Errorf("GET %s: %v", path, series)
		}
	}
}
