package metric_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// plans draws what is spent and what is to be reached, and whom the deals of life belong to.
func plans(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(0, 12).Draw(t, "plan events") {
		at := time.Date(2026, 1, 1, rapid.IntRange(0, 24*200).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
		whom := pick("owner/ann", "owner/bob", "team/emea")
		period := pick("2026", "2026-Q4", "2027-Q1", "2026-01", "2026-02", "2026-03")
		fmt.Fprintf(&b, "%s %s", at, pick(
			"spend.recorded campaign/c amount=100 purpose=marketing channel=mail from=2026-01-20 to=2026-03-01",
			"spend.recorded campaign/c amount=7 purpose=sales", "spend.recorded campaign/d amount=9 purpose=marketing currency=USD",
			"lead.captured lead/L campaign=c channel=mail", "deal.updated deal/A lead=L account=X", "deal.updated deal/B lead=M account=X",
			"quota.set "+whom+" period="+period+" amount="+pick("50", "70"),
			"goal.set "+pick(whom, "tenant")+" metric=bookings period="+period+" amount="+pick("50", "70"),
			"goal.set tenant metric=open_pipeline period="+period+" value=90"))
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}
