package ledger

import (
	"fmt"
	"strings"
	"testing"

	"weir.dev/weir/pkg/event"
)

// wins are what an account bought, one line each.
func wins(a *Account) string {
	var lines []string
	for i := range a.Wins {
		w := &a.Wins[i]
		s := fmt.Sprintf("%s at %d", w.Deal, hours(w.At))
		if w.Priced {
			s += fmt.Sprintf(" for %d %s", w.Amount, w.Currency)
		}
		s += " of " + w.Dims[DimProduct] + "/" + w.Dims[DimSegment]
		if w.Lead.Happened {
			s += fmt.Sprintf(", lead of %d from %s/%s", hours(w.Lead.At), w.Lead.Dims[DimCampaign], w.Lead.Dims[DimChannel])
		}
		if w.Marketing() {
			s += ", marketing"
		}
		lines = append(lines, s)
	}
	return strings.Join(lines, "; ")
}

func TestAnAccountKnowsWhatItBought(t *testing.T) {
	for _, c := range []struct {
		name, events, want string
		k                  event.Day
	}{
		{"nothing", "1 activity.logged account/A kind=call", "", Always},
		{"the earliest first, with what the deal was at its win", `
			1 deal.created deal/D stage=qualify account=A product=p segment=smb amount=10 currency=JPY
			9 deal.won deal/D
			10 deal.updated deal/D segment=mid
			2 deal.won deal/E account=A product=q`, "deal/E at 2 of q/; deal/D at 9 for 10 JPY of p/smb", Always},
		{"the campaign of the lead makes a win marketing's", `
			1 lead.captured lead/L campaign=spring channel=mail
			2 lead.converted lead/L deal=D account=A
			9 deal.won deal/D`, "deal/D at 9 of /, lead of 1 from spring/mail, marketing", Always},
		{"a lead without one does not", `
			1 lead.captured lead/L source=web
			9 deal.won deal/D account=A lead=M
			8 deal.updated deal/D lead=L`, "deal/D at 9 of /, lead of 1 from /", Always},
		{"a lead that became known later", `
			1 lead.captured lead/L campaign=spring @50
			8 deal.created deal/D stage=qualify account=A lead=L
			9 deal.won deal/D`, "deal/D at 9 of /", newYear + 1},
		{"and then", `
			1 lead.captured lead/L campaign=spring @50
			8 deal.created deal/D stage=qualify account=A lead=L
			9 deal.won deal/D`, "deal/D at 9 of /, lead of 1 from spring/, marketing", newYear + 2},
		{"a deal that moved to another account, was reopened, or deleted, is none of its", `
			9 deal.won deal/D account=A
			10 deal.updated deal/D account=B
			9 deal.won deal/E account=A
			10 deal.reopened deal/E
			9 deal.won deal/F account=A
			10 deal.deleted deal/F`, "", Always},
	} {
		var f AccountFolder
		w := tellingAll(t, c.events)
		if got := wins(f.Fold(definition(), "account/A", w.facts("account/A"), c.k)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestADealKnowsTheLeadThatItCredits(t *testing.T) {
	w := tellingAll(t, `
		1 lead.captured lead/L source=web
		2 lead.qualified lead/L level=mql
		5 lead.qualified lead/L level=sql
		7 lead.captured lead/M source=fair
		8 lead.converted lead/L deal=D
		9 lead.converted lead/M deal=D
		10 deal.created deal/D stage=qualify lead=N`)
	var f DealFolder
	c := f.Fold(definition(), w.facts("deal/D"), Always).Credit
	if got, want := fmt.Sprintf("%d %s %d %d", hours(c.Captured.At), c.Captured.Dims[DimSource], hours(c.MQL.At), hours(c.SQL.At)), "1 web 2 5"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
