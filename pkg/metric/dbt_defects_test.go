package metric_test

import (
	"strings"
	"testing"
	"time"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// The public dbt_salesforce models, as read in their source, have defects that users of their vocabulary know as
// numbers. Each has a test here that Weir does not have it.

func TestOneLargeLossDoesNotSwampManyWins(t *testing.T) {
	c := tell(t, layoutOf(), `
		2026-01-05 deal.won deal/A amount=1.00
		2026-01-05 deal.won deal/B amount=1.00
		2026-01-05 deal.won deal/C amount=1.00
		2026-01-04 deal.updated deal/D amount=997.00
		2026-01-05 deal.lost deal/D`)
	check(t, c, []asked{
		{"win_rate window=2026-01 as_of=2026-01-31", "0.75 n=4 3/4"},                  // by count, as its name says
		{"win_rate_amount window=2026-01 as_of=2026-01-31", "0.003 n=4 3.00/1000.00"}, // by amount under a name that says so
	})
}

func TestARepWhoHasNeverLostHasWonAll(t *testing.T) {
	c := tell(t, layoutOf(), `
		2026-01-04 deal.updated deal/A owner=ann amount=5.00
		2026-01-04 deal.updated deal/B owner=ann amount=5.00
		2026-01-05 deal.won deal/A
		2026-01-05 deal.won deal/B
		2026-01-04 deal.updated deal/C owner=bob amount=5.00
		2026-01-05 deal.lost deal/C`)
	check(t, c, []asked{
		{"win_rate window=2026-01 as_of=2026-01-31 by=owner", "owner=ann: 1 n=2 2/2, owner=bob: 0 n=1 0/1"},
		{"win_rate_amount window=2026-01 as_of=2026-01-31 by=owner", "owner=ann: 1 n=2 10.00/10.00, owner=bob: 0 n=1 0.00/5.00"},
	})
}

func TestNoForecastCategoryHidesAnOpenDeal(t *testing.T) {
	var script strings.Builder
	for i, category := range []string{"Pipeline", "BestCase", "Forecast", "MostLikely", "Omitted", "Closed"} {
		script.WriteString("2026-01-05 deal.created deal/" + string(rune('A'+i)) + " stage=qualify amount=1.00 category=" + category + "\n")
	}
	check(t, tell(t, layoutOf(), script.String()), []asked{
		{"open_deals as_of=2026-01-31", "6 n=6"},
		{"open_pipeline as_of=2026-01-31", "6.00 n=6"},
	})
}

func TestAProbabilityIsAFractionAndNeverAPercentage(t *testing.T) {
	check(t, tell(t, layoutOf(), `2026-01-05 deal.created deal/A stage=qualify amount=200.00 probability=0.5`), []asked{
		{"weighted_pipeline as_of=2026-01-31", "100.00 n=1"},
	})
	e := event.Event{
		ID: "e", Source: "/test", Type: "dev.weir.deal.created", Subject: "deal/A", Time: instant(t, "2026-01-05"),
		Data: []byte(`{"stage":"qualify","amount":200,"probability":50}`),
	}
	if _, err := e.Validate(e.Time, "EUR"); err == nil || !strings.Contains(err.Error(), "/data/probability") {
		t.Errorf("a probability of 50 is taken: %v", err)
	}
}

func TestDaysToCloseAreNeverNegative(t *testing.T) {
	check(t, tell(t, layoutOf(), `
		2026-01-05T12:00:00 deal.created deal/A stage=qualify
		2026-01-05T12:01:40 deal.won deal/A
		2026-01-07 deal.won deal/B
		2026-01-09 deal.created deal/B stage=signed`), []asked{
		// from creation to win: 100 s, and not the other way round; what is said to be created after its win is no sample
		{"sales_cycle_length window=2026-01 as_of=2026-01-31", "100 n=1 p75=100 p90=100 mean=100 missing {creation:1}"},
	})
}

func TestPlannedWorkIsNotDone(t *testing.T) {
	check(t, tell(t, layoutOf(), `
		2026-01-05 deal.created deal/A stage=qualify
		2026-01-06 activity.scheduled deal/A id=m1 kind=meeting at=2026-01-08T10:00
		2026-01-06 activity.scheduled deal/A id=m2 kind=meeting at=2026-01-09T10:00
		2026-01-08 activity.logged deal/A id=m1 kind=meeting direction=outbound`), []asked{
		{"activities window=2026-01-06..2026-01-08 as_of=2026-01-31", "0 n=0"},
		{"activities window=2026-01 as_of=2026-01-31", "1 n=1"},
	})
}

func TestMonthsAreTheTenantsAndQuartersMayBeFiscal(t *testing.T) {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	won := ledger.Stage{ID: "signed", Category: ledger.CategoryWon}
	layout := metric.NewLayout(ledger.NewDefinition(calendar.New(auckland, time.February), "NZD", []ledger.Stage{won}), nil)
	c := tell(t, layout, `2026-01-31T12:00 deal.won deal/A amount=1.00`) // 1 February, 01:00 in Auckland
	check(t, c, []asked{
		{"bookings window=2026-01 as_of=2026-02-28 currency=NZD", "0.00 n=0"},
		{"bookings window=2026-02 as_of=2026-02-28 currency=NZD", "1.00 n=1"},
		{"bookings window=FY2026 as_of=2026-02-28 currency=NZD", "0.00 n=0"}, // which ends with January
		{"bookings window=FY2027-Q1 as_of=2026-02-28 currency=NZD", "1.00 n=1"},
	})
}

func TestBookingsLieWhereTheDealWasWonNotWhereThatWasPlanned(t *testing.T) {
	check(t, tell(t, layoutOf(), `
		2026-01-05 deal.created deal/A stage=qualify amount=1.00 close_date=2026-06-30
		2026-02-10 deal.won deal/A`), []asked{
		{"bookings window=2026-02 as_of=2026-12-31", "1.00 n=1"},
		{"bookings window=2026-06 as_of=2026-12-31", "0.00 n=0"},
	})
}

func TestOneQuestionHasOneAnswerForTheCompanyAndForAnOwner(t *testing.T) {
	check(t, tell(t, layoutOf(), `2026-01-05 deal.created deal/A stage=qualify owner=ann`), []asked{
		{"win_rate window=2026-01 as_of=2026-01-31", "null n=0 0/0 low"},
		{"win_rate window=2026-01 as_of=2026-01-31 where=owner:ann", "null n=0 0/0 low"},
		{"win_rate_amount window=2026-01 as_of=2026-01-31", "null n=0 0.00/0.00 low"},
		{"win_rate_amount window=2026-01 as_of=2026-01-31 where=owner:ann", "null n=0 0.00/0.00 low"},
	})
}
