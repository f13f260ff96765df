package metric_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/metric"
)

// leads draws what happens to a few leads of the deals of life, and to those deals beside.
func leads(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(0, 12).Draw(t, "lead events") {
		at := time.Date(2026, 1, 1, rapid.IntRange(0, 24*200).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
		lead, deal := " lead/"+pick("L", "M"), pick("A", "B", "C")
		switch pick("captured", "qualified", "converted", "merged", "activity", "dealmerged", "contract") {
		case "captured":
			fmt.Fprintf(&b, "%s lead.captured%s source=%s owner=%s", at, lead, pick("web", "fair"), pick("ann", "bob"))
		case "qualified":
			fmt.Fprintf(&b, "%s lead.qualified%s level=%s rule=r", at, lead, pick("mql", "sql"))
		case "converted":
			fmt.Fprintf(&b, "%s lead.converted%s deal=%s", at, lead, deal)
		case "merged":
			fmt.Fprintf(&b, "%s lead.merged%s into=N", at, lead)
		case "activity":
			fmt.Fprintf(&b, "%s activity.logged deal/%s kind=call direction=inbound", at, deal)
		case "contract":
			fmt.Fprintf(&b, "%s contract.signed deal/%s amount=%s start=2026-02-01 end=%s", at, deal, pick("5", "70"), pick("2026-03-31", "2029-01-15"))
		case "dealmerged":
			fmt.Fprintf(&b, "%s deal.merged deal/%s into=D", at, deal)
		}
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// service draws how a few customers are served, and what they subscribe to meanwhile.
func service(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(0, 12).Draw(t, "service events") {
		at := time.Date(2026, 1, 1, rapid.IntRange(0, 24*200).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
		fmt.Fprintf(&b, "%s %s", at, pick(
			"ticket.opened account/A ticket=T priority=high", "ticket.resolved account/A ticket=T", "ticket.reopened account/A ticket=T",
			"survey.answered account/A respondent=r score=9", "survey.answered account/A respondent=r score=1", "usage.recorded account/A user=u feature=export",
			"subscription.started account/A subscription=S price=10 interval=month seats=3 plan=pro features=export", "subscription.ended account/A subscription=S",
			"account.enriched account/A provider=crm fields.segment=smb fields.owner=ann"))
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// knownBy are the lines of a script that were known by a day.
func knownBy(script, day string) string {
	var b strings.Builder
	for line := range strings.Lines(script) {
		known, _, _ := strings.Cut(line, "T")
		if _, recorded, late := strings.Cut(strings.TrimSpace(line), "@"); late {
			known = max(known, recorded)
		}
		if known <= day {
			b.WriteString(line)
		}
	}
	return b.String()
}

// TestWhatWasKnownIsAnsweredAsIfNothingLaterHadCome asks everything as known by a day, and the same of a
// company that was told no more than was known by then.
func TestWhatWasKnownIsAnsweredAsIfNothingLaterHadCome(t *testing.T) {
	layout := layoutFrom(time.February)
	rapid.Check(t, func(t *rapid.T) {
		script := everything(t)
		all := tell(t, layout, script)
		for _, k := range []string{"2026-03-10", "2026-10-01"} {
			then := tell(t, layout, knownBy(script, k))
			var questions []string
			for _, m := range metric.Catalogue {
				by := ""
				for _, name := range m.Dimensions() {
					if name == "owner" || name == "stage" {
						by = " by=" + name
					}
				}
				for _, window := range []string{"2026-Q1", "90d"} {
					questions = append(questions, m.ID+" window="+window, m.ID+" window="+window+by)
				}
			}
			for _, q := range questions {
				got, want := nonzero(all.ask(q+" known="+k)), nonzero(then.ask(q+" as_of="+k))
				if got != want {
					t.Fatalf("%s known by %s:\n got %s\nwant %s\n%s", q, k, got, want, script)
				}
			}
			for _, window := range []string{"2026-02", "FY2026-Q4", "FY2027-Q1", "FY2027"} {
				got, want := all.flow("window="+window+" known="+k), then.flow("window="+window+" as_of="+k)
				if got != want {
					t.Fatalf("flow of %s known by %s:\n got %s\nwant %s\n%s", window, k, got, want, script)
				}
			}
		}
	})
}

// nonzero leaves out the values of which nothing is there: a value that was there once, or will be, is
// shown as nothing.
func nonzero(line string) string {
	var kept []string
	for v := range strings.SplitSeq(line, ", ") {
		_, value, of := strings.Cut(v, ": ")
		nothing := strings.HasPrefix(value, "0 n=0") || strings.HasPrefix(value, "0.00 n=0") || strings.HasPrefix(value, "null n=0")
		if !of || !nothing || strings.Contains(value, "missing") {
			kept = append(kept, v)
		}
	}
	return strings.Join(kept, ", ")
}
