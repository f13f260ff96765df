package metric_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
)

// leavers is five customers on the evening before 2026: A stays; B leaves in February, C in January and comes back
// in March; D leaves in March, which became known in May; E's second subscription ends in February, its first does
// not. N comes in January and leaves in March.
const leavers = `
	2026-01-15 spend.recorded campaign/K amount=300 purpose=retention
	2026-02-15 spend.recorded campaign/K amount=30 purpose=retention @2026-05-10
	2026-02-15 spend.recorded campaign/K amount=1000 purpose=marketing
	2025-05-01 subscription.started account/A subscription=a price=10 interval=month plan=pro
	2025-05-01 subscription.started account/B subscription=b price=20 interval=month plan=pro
	2025-05-01 account.enriched account/B provider=p fields.segment=smb
	2025-05-01 subscription.started account/C subscription=c price=30 interval=month plan=basic
	2025-05-01 subscription.started account/D subscription=d price=40 interval=month plan=basic
	2025-05-01 subscription.started account/E subscription=e price=50 interval=month plan=basic
	2025-05-01 subscription.started account/E subscription=f price=5 interval=month plan=pro
	2026-01-10 subscription.started account/N subscription=n price=60 interval=month plan=pro
	2026-01-20 subscription.ended account/C subscription=c
	2026-02-01 subscription.changed account/B subscription=b price=25
	2026-02-10 subscription.ended account/E subscription=f
	2026-02-15 subscription.ended account/B subscription=b
	2026-03-05 subscription.started account/C subscription=g price=33 interval=month plan=pro
	2026-03-10 subscription.ended account/N subscription=n
	2026-03-20 subscription.ended account/D subscription=d @2026-05-05
`

func TestWhoLeftInAPeriod(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"customers_churned window=2026-Q1 as_of=2026-03-31", "0 n=0"},
			{"mrr_churned_customers window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"customer_churn_rate window=2026-Q1 as_of=2026-03-31", "null n=0 0/0 low"},
			{"customer_retention_rate window=2026-Q1 as_of=2026-03-31", "null n=0 0/0 low"},
			{"lifetime_value window=2026-Q1 as_of=2026-03-31 margin=0.8", "null n=0 low"},
			{"customer_retention_cost window=2026-Q1 as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"retention_contribution window=2026-Q1 as_of=2026-03-31 margin=0.8", "null n=0 low"},
		}},
		{"who left paid in pounds, which have no rate", `
			2025-05-01 subscription.started account/A subscription=a price=10 interval=month currency=GBP
			2025-05-01 subscription.started account/B subscription=b price=5 interval=month
			2026-02-01 subscription.ended account/A subscription=a
			2026-02-02 subscription.ended account/B subscription=b`, []asked{
			{"mrr_churned_customers window=2026-Q1 as_of=2026-03-31", "5.00 n=2 missing {unconverted:{GBP:10.00}}"},
			{"mrr_churned_customers window=2026-01 as_of=2026-03-31", "0.00 n=0"},
			{"lifetime_value window=2026-Q1 as_of=2026-03-31 margin=1", "7.50 n=2 15.00/2 missing {unconverted:{GBP:10.00}}"},
		}},
		{"five customers, of whom two are gone at the end of the quarter", leavers, []asked{
			{"active_customers as_of=2025-12-31", "5 n=5"},
			{"customers_churned window=2026-Q1 as_of=2026-05-31", "2 n=2"},                                                // B and D
			{"mrr_churned_customers window=2026-Q1 as_of=2026-05-31", "60.00 n=2"},                                        // 20 + 40, as it was before
			{"customer_churn_rate window=2026-Q1 as_of=2026-05-31", "0.4 n=5 2/5"},                                        // N was not there before
			{"customer_retention_rate window=2026-Q1 as_of=2026-05-31", "0.6 n=5 3/5"},                                    //
			{"customer_churn_rate window=2026-Q1 as_of=2026-02-28", "0.4 n=5 2/5 missing {immature:0.34444444444444444}"}, // B and C, so far; 31 of 90 days are to come
			{"customers_churned window=2026-Q1 known=2026-05-04", "1 n=1"},                                                // D was not known to leave
			{"customers_churned window=2026-Q1 known=2026-05-05", "2 n=2"},                                                //
			{"mrr_churned_customers window=2026-Q1 known=2026-05-04", "20.00 n=1"},                                        //
			{"customer_churn_rate window=2026-Q1 known=2026-05-04", "0.2 n=5 1/5"},                                        //
			{"customer_retention_rate window=2026-Q1 known=2026-05-04", "0.8 n=5 4/5"},                                    //
			{"customers_churned window=2026-01 as_of=2026-05-31", "1 n=1"},                                                // C, who is back in March
			{"customers_churned window=2026-03 as_of=2026-05-31", "2 n=2"},                                                // N, who came in January, and D
			{"mrr_churned_customers window=2026-02 as_of=2026-05-31", "20.00 n=1"},                                        // 20 on 31 January
			{"customers_churned window=2026 as_of=2026-05-31", "2 n=2"},                                                   //
			{"customers_churned window=2026-Q1 as_of=2026-05-31 by=plan", "plan=basic: 1 n=1, plan=pro: 1 n=1"},
			{"customer_churn_rate window=2026-Q1 as_of=2026-05-31 by=plan", "plan=basic: 0.3333333333333333 n=3 1/3, plan=pro: 0.3333333333333333 n=3 1/3"},
			{"customer_churn_rate window=2026-Q1 as_of=2026-05-31 where=segment:smb", "1 n=1 1/1"},
			{
				"customers_churned window=2026-Q1 as_of=2026-05-31 step=month",
				"2026-01-01: 1 n=1; 2026-02-01: 1 n=1; 2026-03-01: 2 n=2",
			},
			// 330 / 3 kept; (155 − 60) · 3 months · 0.8 − 330
			{"customer_retention_cost window=2026-Q1 as_of=2026-05-31", "110.00 n=3 330.00/3"},
			{"customer_retention_cost window=2026-Q1 known=2026-05-09", "100.00 n=3 300.00/3"},
			{"customer_retention_cost window=2026-Q1 known=2026-05-04", "75.00 n=4 300.00/4"},
			{"retention_contribution window=2026-Q1 as_of=2026-05-31 margin=0.8", "-102.00 n=3"},
			{"retention_contribution window=2026-Q1 known=2026-05-04 margin=0.8", "24.00 n=4"}, // (155 − 20) · 2.4 − 300
			{"retention_contribution window=2026-Q1 as_of=2026-05-31", "null n=3 (no margin rate is configured)"},
			// (10 + 20 + 30 + 40 + 55) · 3 months · 0.8 / 2 who left
			{"lifetime_value window=2026-Q1 as_of=2026-05-31 margin=0.8", "186.00 n=2 372.00/2"},
			{"lifetime_value window=2026-Q1 known=2026-05-04 margin=0.8", "372.00 n=1 372.00/1"},
			{"lifetime_value window=2026-Q1 as_of=2026-05-31", "null n=2 (no margin rate is configured)"},
			{"lifetime_value window=2025-Q4 as_of=2026-05-31 margin=0.8", "null n=0 low (nobody left: there is no churn to divide by)"},
		}},
	})
}

func TestRatesOfCustomersTakeStandardPeriodsAlone(t *testing.T) {
	c := tell(t, layoutFrom(time.February), leavers)
	for _, text := range []string{
		"customer_churn_rate window=30d as_of=2026-03-31", "customers_churned window=2026-01-15..2026-02-15 as_of=2026-03-31",
		"customer_retention_rate window=2026-W10 as_of=2026-03-31", "lifetime_value window=2026-Q1 step=week as_of=2026-03-31",
		"mrr_churned_customers window=2026-02-01..2026-10-01 step=quarter as_of=2026-03-31", // its first piece is two months
	} {
		if _, _, err := c.answer(text); !errors.Is(err, metric.ErrStandard) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"customers_churned window=FY2026-Q4 as_of=2026-05-31": "1 n=1", // November to January: C
		"customers_churned window=FY2027-Q1 as_of=2026-05-31": "3 n=3", // February to April: B, N and D
		"customers_churned window=FY2026 as_of=2026-05-31":    "0 n=0", // all came within it
		// the fiscal quarters: from February, May, August, and from November on
		"customers_churned window=FY2026 step=quarter as_of=2026-05-31": "2025-02-01: 0 n=0; 2025-05-01: 0 n=0; 2025-08-01: 0 n=0; 2025-11-01: 1 n=1",
		"customers_churned window=2026-Q1 as_of=2026-05-31":             "2 n=2",
	} {
		if got := c.ask(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// TestWhoLeftIsWhoWasThereBeforeAndIsNotAtTheEnd counts the departures of random accounts again, from the days on
// which they were customers.
func TestWhoLeftIsWhoWasThereBeforeAndIsNotAtTheEnd(t *testing.T) {
	layout := layoutFrom(time.February)
	cal := layout.Def.Calendar
	rapid.Check(t, func(t *rapid.T) {
		var script strings.Builder
		active := map[string]map[event.Day]bool{}
		first, last := day(t, "2025-11-01"), day(t, "2026-07-01")
		for _, account := range []string{"A", "B", "C"} {
			active[account] = map[event.Day]bool{}
			here, at := false, first
			for range rapid.IntRange(0, 6).Draw(t, "moves") {
				next := at + event.Day(rapid.Int32Range(1, 70).Draw(t, "days"))
				for d := at; d < next; d++ {
					active[account][d] = here
				}
				at, here = next, !here
				kind, terms := "subscription.ended", ""
				if here {
					kind, terms = "subscription.started", " price=1 interval=month"
				}
				fmt.Fprintf(&script, "%s %s account/%s subscription=s%s\n", at, kind, account, terms)
			}
			for d := at; d < last+400; d++ {
				active[account][d] = here
			}
		}
		c := tell(t, layout, script.String())
		around := first + 5 + event.Day(rapid.Int32Range(0, 200).Draw(t, "around"))
		asOf := around + event.Day(rapid.Int32Range(0, 400).Draw(t, "as of"))
		for _, period := range cal.Standard(around) {
			end := min(period.To-1, asOf)
			gone := 0
			for _, days := range active {
				if days[period.From-1] && !days[end] {
					gone++
				}
			}
			if asOf < period.From {
				gone = 0
			}
			got := c.ask(fmt.Sprintf("customers_churned window=%s..%s as_of=%s", period.From, period.To, asOf))
			if want := fmt.Sprintf("%d n=%d", gone, gone); got != want {
				t.Fatalf("%s as of %s: got %s, want %s\n%s", calendar.Span(period), asOf, got, want, script.String())
			}
		}
	})
}
