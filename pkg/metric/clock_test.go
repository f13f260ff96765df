package metric_test

import (
	"testing"
	"time"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

func TestADayMayHave23Or25Hours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	layout := metric.NewLayout(ledger.NewDefinition(calendar.New(berlin, time.January), "EUR", []ledger.Stage{{ID: "qualify"}}), nil)
	check(t, tell(t, layout, `
		2026-03-28T22:59 activity.logged account/A kind=call
		2026-03-28T23:00 activity.logged account/A kind=call
		2026-03-29T21:59 activity.logged account/A kind=call
		2026-03-29T22:00 activity.logged account/A kind=call
		2026-10-24T21:59 activity.logged account/A kind=call
		2026-10-24T22:00 activity.logged account/A kind=call
		2026-10-25T22:59 activity.logged account/A kind=call
		2026-10-25T23:00 activity.logged account/A kind=call
		2026-03-28T23:00 deal.created deal/D stage=qualify owner=march
		2026-10-24T22:00 deal.created deal/E stage=qualify owner=october`), []asked{
		// 29 March is from 23:00 to 22:00 of UTC, 25 October from 22:00 to 23:00
		{"activities window=2026-03-28..2026-03-31 as_of=2026-12-31 step=day", "2026-03-28: 1 n=1; 2026-03-29: 2 n=2; 2026-03-30: 1 n=1"},
		{"activities window=2026-10-24..2026-10-27 as_of=2026-12-31 step=day", "2026-10-24: 1 n=1; 2026-10-25: 2 n=2; 2026-10-26: 1 n=1"},
		{"activities window=2026-W13 as_of=2026-12-31", "3 n=3"}, // up to the Sunday whose night is short
		{"activities window=2026-10 as_of=2026-12-31 step=week", "2026-10-01: 0 n=0; 2026-10-05: 0 n=0; 2026-10-12: 0 n=0; 2026-10-19: 3 n=3; 2026-10-26: 1 n=1"},
		{"age_in_stage as_of=2026-03-29 where=owner:march", "82800 n=1"},   // created as the day began, 23 hours before it ended
		{"age_in_stage as_of=2026-03-30 where=owner:march", "169200 n=1"},  // and 24 more
		{"age_in_stage as_of=2026-10-25 where=owner:october", "90000 n=1"}, // 25 hours
		{"deals_created window=2026-03-29 as_of=2026-12-31", "1 n=1"},      // not on the 28th, on which it was in UTC
		{"deals_created window=2026-10-24 as_of=2026-12-31", "0 n=0"},      // likewise
		{"deals_created window=1d as_of=2026-10-25", "1 n=1"},
	})
}
