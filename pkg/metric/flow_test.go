package metric_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/metric"
)

func TestThePipelineFlow(t *testing.T) {
	const q1 = "flow window=2026-Q1 as_of=2026-03-31"
	tellAll(t, []story{
		{"nothing", "", []asked{{q1, "balanced"}, {q1 + " by=owner", ""}}},
		{"every term once", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 close_date=2026-02-01
			2025-12-06 deal.created deal/B stage=qualify amount=50 close_date=2026-02-01
			2025-12-07 deal.created deal/C stage=qualify amount=20 close_date=2026-05-01
			2025-12-08 deal.created deal/D stage=qualify amount=10 close_date=2026-02-01
			2025-12-09 deal.created deal/E stage=qualify amount=5 close_date=2026-02-01
			2025-12-10 deal.lost deal/E
			2026-01-05 deal.created deal/F stage=qualify amount=7 close_date=2026-03-31
			2026-01-06 deal.close_date_changed deal/C close_date=2026-03-31
			2026-01-07 deal.amount_changed deal/A amount=130
			2026-01-08 deal.amount_changed deal/B amount=45
			2026-01-09 deal.won deal/A amount=140
			2026-01-10 deal.lost deal/B
			2026-01-11 deal.close_date_changed deal/F close_date=2026-04-01
			2026-01-12 deal.reopened deal/E
			2026-01-13 deal.deleted deal/D`, []asked{
			// 160 + 7 + 20 + 40 − 5 − 140 − 45 − 7 + 5 − 10 = 25; the win says 10 more first
			{q1, "opening 160.00 (3) created 7.00 (1) moved_in 20.00 (1) up 40.00 (2) down 5.00 (1) won 140.00 (1) " +
				"lost 45.00 (1) moved_out 7.00 (1) reopened 5.00 (1) removed 10.00 (1) closing 25.00 (2) balanced"},
			{"flow window=2026-02 as_of=2026-03-31", "opening 5.00 (1) closing 5.00 (1) balanced"},
			{"flow window=2025-Q4 as_of=2026-03-31", "balanced"}, // nothing was planned for it
			{"flow window=2026-Q1 as_of=2026-01-06", "opening 160.00 (3) created 7.00 (1) moved_in 20.00 (1) closing 187.00 (5) balanced"},
			{"flow window=2026-Q2 as_of=2026-03-31", "opening 7.00 (1) closing 7.00 (1) balanced"},
		}},
		{"flow is history: a win that was undone stays won, and comes back as reopened", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 close_date=2026-02-01
			2026-01-09 deal.won deal/A
			2026-01-20 deal.reopened deal/A`, []asked{
			{q1, "opening 100.00 (1) won 100.00 (1) reopened 100.00 (1) closing 100.00 (1) balanced"},
			{"flow window=2026-Q1 known=2026-01-19", "opening 100.00 (1) won 100.00 (1) balanced"},
		}},
		{"what became known late was not in the flow before", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 close_date=2026-02-01
			2026-01-09 deal.amount_changed deal/A amount=80 @2026-01-20`, []asked{
			{"flow window=2026-Q1 known=2026-01-19", "opening 100.00 (1) closing 100.00 (1) balanced"},
			{"flow window=2026-Q1 known=2026-01-20", "opening 100.00 (1) down 20.00 (1) closing 80.00 (1) balanced"},
		}},
		{"another owner is reassigned with by, alone; the same fact's amount comes with it", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 close_date=2026-02-01 owner=ann
			2026-01-09 deal.updated deal/A owner=bob amount=120`, []asked{
			{q1, "opening 100.00 (1) up 20.00 (1) closing 120.00 (1) balanced"},
			{q1 + " by=owner", "owner=ann: opening 100.00 (1) reassigned_out 100.00 (1) balanced, " +
				"owner=bob: reassigned_in 120.00 (1) closing 120.00 (1) balanced"},
			{q1 + " by=team", "team=unknown: opening 100.00 (1) up 20.00 (1) closing 120.00 (1) balanced"},
			{q1 + " where=owner:bob", "reassigned_in 120.00 (1) closing 120.00 (1) balanced"},
			{q1 + " by=owner,team", "this combination of dimensions is not kept; kept are: total; owner; team; segment"},
		}},
		{"a deal that leaves with its old owner is the new one's when it ends", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 close_date=2026-02-01 segment=smb
			2026-01-09 deal.updated deal/A segment=mid close_date=2026-05-01`, []asked{
			{q1 + " by=segment", "segment=mid: moved_out 100.00 (1) reassigned_in 100.00 (1) balanced, " +
				"segment=smb: opening 100.00 (1) reassigned_out 100.00 (1) balanced"},
		}},
	})
}

func TestThePipelineFlowOfSeveralCurrencies(t *testing.T) {
	const q1 = "flow window=2026-Q1 as_of=2026-03-31"
	tellAll(t, []story{
		{"a change of currency moves out of one and into the other", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 close_date=2026-02-01
			2026-01-09 deal.amount_changed deal/A amount=120 currency=USD`, []asked{
			{q1, "opening 100.00 (1) moved_out 100.00 (1) balanced missing {unconverted:{USD:120.00}}"},
			{q1 + " currency=USD", "moved_in 120.00 (1) closing 120.00 (1) balanced missing {unconverted:{EUR:0.00}}"},
		}},
		{"money in another currency is listed as it stood at the end, or at zero where it only passed through", `
			2025-12-05 deal.created deal/A stage=qualify amount=100 currency=USD close_date=2026-02-01
			2026-01-05 deal.created deal/B stage=qualify amount=30 currency=JPY close_date=2026-02-01
			2026-01-09 deal.won deal/B
			2026-04-09 deal.won deal/A`, []asked{
			{"flow window=2026-Q1 as_of=2026-04-30", "balanced missing {unconverted:{JPY:0,USD:100.00}}"},
			{"flow window=2026-Q1 as_of=2026-01-05", "balanced missing {unconverted:{JPY:30,USD:100.00}}"},
		}},
		{"all terms are converted by the rates of the day of the closing, so that they add up", `
			2025-12-01 fx.rate_set currency/USD base=EUR rate=0.9 date=2025-12-01
			2026-02-01 fx.rate_set currency/USD base=EUR rate=0.8 date=2026-02-01
			2025-12-05 deal.created deal/A stage=qualify amount=100 currency=USD close_date=2026-02-01
			2026-01-05 deal.created deal/B stage=qualify amount=30 close_date=2026-02-01
			2026-01-09 deal.amount_changed deal/B amount=50 currency=USD
			2026-02-09 deal.won deal/A`, []asked{
			{"flow window=2026-Q1 as_of=2026-01-31", "opening 90.00 (1) created 30.00 (1) moved_in 45.00 (1) moved_out 30.00 (1) closing 135.00 (2) balanced"},
			{"flow window=2026-Q1 as_of=2026-04-30", "opening 80.00 (1) created 30.00 (1) moved_in 40.00 (1) won 80.00 (1) moved_out 30.00 (1) closing 40.00 (1) balanced"},
		}},
	})
}

func TestTheFlowOfWhatIsNoFiscalPeriodIsRefused(t *testing.T) {
	c := tell(t, layoutFrom(time.February), "")
	for _, window := range []string{"2026-Q1", "2026", "30d", "2026-W10", "2026-01-02..2026-03-01"} {
		if _, err := c.flows("as_of=2026-03-31 window=" + window); !errors.Is(err, metric.ErrPeriod) {
			t.Errorf("%s: %v", window, err)
		}
	}
	for _, window := range []string{"2026-01", "FY2027-Q1", "FY2027", "2026-02-01..2026-05-01"} {
		if _, err := c.flows("as_of=2026-03-31 window=" + window); err != nil {
			t.Errorf("%s: %v", window, err)
		}
	}
	if _, err := c.flows("as_of=2026-03-31 known=2026-03-30 window=2026-01"); !errors.Is(err, metric.ErrKnown) {
		t.Errorf("known before as_of: %v", err)
	}
}

// life draws the events of a few deals over two fiscal years.
func life(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	when := func() string {
		return time.Date(2025, 11, 1, rapid.IntRange(0, 24*300).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
	}
	for range rapid.IntRange(1, 25).Draw(t, "events") {
		amount := rapid.IntRange(0, 50).Draw(t, "amount")
		plan := pick("2025-12-31", "2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01", "2027-02-01", "null")
		owner, team := pick("ann", "bob"), pick("emea", "apac")
		head := when() + " deal.%s deal/" + pick("A", "B", "C")
		switch pick("created", "amount", "plan", "owner", "updated", "won", "lost", "reopened", "deleted", "stage") {
		case "created":
			fmt.Fprintf(&b, head+" stage=qualify amount=%d owner=%s team=%s close_date=2026-04-30", "created", amount, owner, team)
		case "amount":
			fmt.Fprintf(&b, head+" amount=%d currency=%s", "amount_changed", amount, pick("EUR", "USD"))
		case "plan":
			fmt.Fprintf(&b, head+" close_date=%s", "updated", plan)
		case "owner":
			fmt.Fprintf(&b, head+" owner=%s team=%s", "owner_changed", owner, team)
		case "updated":
			fmt.Fprintf(&b, head+" amount=%d owner=%s close_date=%s", "updated", amount, owner, plan)
		case "won":
			fmt.Fprintf(&b, head+" amount=%d type=new account=X product=%s", "won", amount, pick("p", "q"))
		case "stage":
			fmt.Fprintf(&b, head+" to=%s", "stage_changed", pick("propose", "signed", "dropped"))
		case "lost", "reopened":
			fmt.Fprintf(&b, head, pick("lost", "reopened"))
		case "deleted":
			fmt.Fprintf(&b, head, "deleted")
		}
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestTheFlowAlwaysAddsUp holds the identity: opening plus what came less what went is closing, and what
// one period closes with the next has in its opening where the plan did not move.
func TestTheFlowAlwaysAddsUp(t *testing.T) {
	layout := layoutFrom(time.February)
	rapid.Check(t, func(t *rapid.T) {
		c := tell(t, layout, life(t))
		for _, window := range []string{
			"2025-11", "2025-12", "2026-01", "2026-02", "2026-04", "2026-05", "2027-02", "FY2026-Q4", "FY2027-Q1", "FY2027-Q2", "FY2026", "FY2027",
		} {
			for _, by := range []string{"", " by=owner", " by=team", " by=segment"} {
				for _, days := range []string{"as_of=2027-03-01", "as_of=2026-03-10", "known=2026-10-01 as_of=2026-09-30"} {
					values, err := c.flows(days + by + " window=" + window)
					if err != nil {
						t.Fatalf("%s: %v", window, err)
					}
					for _, v := range values {
						addsUp(t, window+" "+days, v)
					}
				}
			}
		}
	})
}

func addsUp(t tb, what string, v metric.FlowValue) {
	t.Helper()
	n := v.Counts
	in := n.Opening + n.Created + n.MovedIn + n.Reopened + n.ReassignedIn
	out := n.Won + n.Lost + n.MovedOut + n.Removed + n.ReassignedOut
	if !v.Balanced || in-out != n.Closing {
		t.Fatalf("%s %v does not add up: %+v, counts %+v", what, v.Dimensions, v.FlowAmounts, n)
	}
}
