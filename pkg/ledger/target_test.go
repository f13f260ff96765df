package ledger

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"weir.dev/weir/pkg/calendar"
)

// aims are what is to be reached, one line each.
func aims(t *Target) string {
	var lines []string
	for _, g := range t.Goals {
		what := fmt.Sprintf("%s %d", g.Metric, g.Value)
		if g.Money {
			what = fmt.Sprintf("%s %d %s", g.Metric, g.Amount, g.Currency)
		}
		lines = append(lines, fmt.Sprintf("%s in %s after %d", strings.TrimSpace(what), g.Days, g.Before))
	}
	return t.Dims[DimOwner] + t.Dims[DimTeam] + ": " + strings.Join(lines, "; ")
}

func TestAGoalReplacesTheOneBeforeOfItsMetricAndPeriod(t *testing.T) {
	facts := factsOf(t, `
		1 quota.set owner/ann period=2026-Q1 amount=5
		2 goal.set owner/ann metric=bookings period=2026-Q1 amount=6.5 currency=USD
		3 quota.set owner/ann period=2026-Q1 amount=7
		4 goal.set owner/ann metric=win_rate period=2026-01 value=0.25
		5 quota.set owner/ann period=2026 amount=8
		6 quota.set owner/ann period=2026-Q1 amount=9 @50`)
	var f TargetFolder
	want := "ann: 500 EUR in 2026-01-01..2026-04-01 after -1; bookings 650 USD in 2026-01-01..2026-04-01 after -1; " +
		"700 EUR in 2026-01-01..2026-04-01 after 0; win_rate 250000000 in 2026-01-01..2026-02-01 after -1; 800 EUR in 2026-01-01..2027-01-01 after -1"
	if got := aims(f.Fold(definition(), "owner/ann", facts, newYear)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	want += "; 900 EUR in 2026-01-01..2026-04-01 after 2"
	if got := aims(f.Fold(definition(), "owner/ann", facts, Always)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestGoalsAreSetForFiscalPeriods(t *testing.T) {
	april := NewDefinition(calendar.New(time.UTC, time.April), "EUR", nil)
	var f TargetFolder
	facts := factsOf(t, `
		1 quota.set team/emea period=2026-Q1 amount=1
		2 quota.set team/emea period=2026-01 amount=1
		3 quota.set team/emea period=1500 amount=1`)
	want := "emea: 100 EUR in 2025-04-01..2025-07-01 after -1; 100 EUR in 2026-01-01..2026-02-01 after -1; 100 EUR in 1970-01-01..1970-01-01 after -1"
	if got := aims(f.Fold(april, "team/emea", facts, Always)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
