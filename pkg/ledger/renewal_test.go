package ledger

import (
	"fmt"
	"slices"
	"testing"

	"weir.dev/weir/pkg/event"
)

func TestARenewalIsAtRiskByWhatIsKnownOfItsAccount(t *testing.T) {
	const account = `1 subscription.started account/A subscription=s price=10 interval=month
		1 subscription.started account/A subscription=t price=5 interval=month
		2 renewal.due account/A renewal=r due=2026-05-01 amount=100 subscription=s
		`
	for _, c := range []struct {
		name, script string
		day          int // of 2026, from 0
		want         []Risk
	}{
		{"nothing is wrong", account, 100, nil},
		{"its day is today", account, 120, nil},
		{"its day has passed", account, 121, []Risk{RiskOverdue}},
		{"it was renewed after its day", account + "3000 renewal.renewed account/A renewal=r amount=90", 130, nil},
		{"… which is not yet told", account + "3000 renewal.renewed account/A renewal=r amount=90", 124, []Risk{RiskOverdue}},
		{"it was lost", account + "240 renewal.lost account/A renewal=r", 130, nil},
		{"its subscription has ended", account + "2400 subscription.ended account/A subscription=s", 101, []Risk{RiskEnded, RiskFell}},
		{"… but not on the day before", account + "2400 subscription.ended account/A subscription=s", 99, nil},
		{"another has", account + "2400 subscription.ended account/A subscription=t", 101, []Risk{RiskFell}},
		{"… a quarter ago", account + "240 subscription.ended account/A subscription=t", 101, nil},
		{"its subscription is paused", account + "2400 subscription.paused account/A subscription=s", 101, []Risk{RiskPaused}},
		{"another is", account + "2400 subscription.paused account/A subscription=t", 101, nil},
		{"the account is worth less", account + "2400 subscription.changed account/A subscription=t price=4", 101, []Risk{RiskFell}},
		{"the account is worth more", account + "2400 subscription.changed account/A subscription=t price=6", 101, nil},
		{
			"it names none, and all is over", `1 subscription.started account/A subscription=s price=10 interval=month
			2 renewal.due account/A renewal=r due=2026-05-01 amount=100
			24 subscription.ended account/A subscription=s`, 101, []Risk{RiskEnded},
		},
		{"nothing was told of the account", "2 renewal.due account/A renewal=r due=2026-05-01 amount=100 subscription=s", 100, nil},
		{
			"its start was not seen", `1 subscription.changed account/A subscription=s price=10
			2 renewal.due account/A renewal=r due=2026-05-01 amount=100 subscription=s`, 100, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f RenewalFolder
			day := newYear + event.Day(c.day)
			r := f.FoldUntil(definition(), "renewal/A/r", factsOf(t, c.script), Always, day)
			if got := r.Risks(day); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestARenewalIsWhatWasSaidOfItUpToADay(t *testing.T) {
	facts := factsOf(t, `1 renewal.due account/A renewal=r due=2026-03-01 amount=100 owner=o1 segment=big
		24 renewal.due account/A renewal=r due=2026-04-01 amount=120.50 currency=USD
		48 renewal.lost account/A renewal=r reason=dear
		72 renewal.renewed account/A renewal=r amount=90
		96 renewal.renewed account/A renewal=r amount=95 currency=USD`)
	for day, want := range map[int]string{
		-1: "", 0: "due 59, 10000 EUR", 1: "due 90, 12050 USD", 2: "due 90, 12050 USD, lost on 2",
		3: "due 90, 12050 USD, renewed on 3 for 9000 EUR", 4: "due 90, 12050 USD, renewed on 3 for 9500 USD",
	} {
		var f RenewalFolder
		r := f.FoldUntil(definition(), "renewal/A/r", facts, Always, newYear+event.Day(day))
		got := ""
		if r.Announced {
			got = fmt.Sprintf("due %d, %d %s", r.Due-newYear, r.Amount, r.Currency)
		}
		if r.Lost {
			got += fmt.Sprintf(", lost on %d", r.Closed-newYear)
		}
		if r.Renewed {
			got += fmt.Sprintf(", renewed on %d for %d %s", r.Closed-newYear, r.Worth, r.WorthIn)
		}
		if got != want {
			t.Errorf("on %d: got %q, want %q", day, got, want)
		}
		if day > 0 && (r.Dims[DimOwner] != "o1" || r.Dims[DimSegment] != "big" || r.Account != "A" || r.ID != "r") {
			t.Errorf("on %d: %+v", day, r)
		}
	}
}
