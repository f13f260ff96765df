package ledger

import (
	"fmt"
	"strings"
	"testing"

	"weir.dev/weir/pkg/event"
)

// eveningsOf is an account in a few lines: for each evening the day of 2026, the dimensions, and each live
// subscription with what it is worth a year before and after the discount.
func eveningsOf(a *Account) string {
	var out []string
	for i := range a.Evenings {
		e := &a.Evenings[i]
		s := fmt.Sprintf("%d %s/%s:", e.Day-newYear, e.Dims[DimSegment], e.Dims[DimOwner])
		for j := range e.Live {
			sub := &e.Live[j]
			s += fmt.Sprintf(" %s", sub.ID)
			if sub.Plan+sub.Product+sub.Tier != "" {
				s += fmt.Sprintf("(%s %s %s)", sub.Product, sub.Plan, sub.Tier)
			}
			s += fmt.Sprintf(" %d.%04d", sub.Gross.Whole, sub.Gross.Rest)
			if sub.Net != sub.Gross {
				s += fmt.Sprintf("-%d.%04d", sub.Net.Whole, sub.Net.Rest)
			}
			s += " " + sub.Currency
			if sub.Paused {
				s += " paused"
			}
			if sub.Seated {
				s += fmt.Sprintf(" %d seats", sub.Seats)
			}
			if len(sub.Features) > 0 {
				s += " " + strings.Join(sub.Features, "+")
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestAnAccountIsWhatItsFactsMakeItEveryEvening(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{
			"live from its start until its end",
			`1 subscription.started account/A subscription=s price=10 interval=month plan=pro product=crm
			 50 subscription.ended account/A subscription=s`,
			"0 /: s(crm pro ) 12000.0000 EUR; 2 /:",
		},
		{
			"what happened in a day counts as it was in its evening",
			`1 subscription.started account/A subscription=s price=10 interval=month
			 2 subscription.changed account/A subscription=s price=20
			 3 subscription.started account/A subscription=r price=1 interval=year
			 4 subscription.ended account/A subscription=s`,
			"0 /: r 100.0000 EUR",
		},
		{
			"a change sets what it names, and null its default",
			`1 subscription.started account/A subscription=s price=10 interval=month quantity=3 currency=USD seats=5 tier=gold features=a,b discount_percent=25
			 30 subscription.changed account/A subscription=s quantity=null currency=null tier=silver
			 60 subscription.changed account/A subscription=s seats=null features=null discount_percent=null tier=null
			 90 subscription.changed account/A subscription=s features=c interval=week interval_count=2`,
			"0 /: s(  gold) 36000.0000-27000.0000 USD 5 seats a+b; 1 /: s(  silver) 12000.0000-9000.0000 EUR 5 seats a+b; " +
				"2 /: s 12000.0000 EUR; 3 /: s 26000.0000 EUR c",
		},
		{
			"one whose start was not seen is not live",
			`1 subscription.changed account/A subscription=s price=10 interval=month
			 30 subscription.ended account/A subscription=t`,
			"0 /:; 1 /:",
		},
		{
			"a paused one is live, and one that ended is not resumed",
			`1 subscription.started account/A subscription=s price=1 interval=year
			 30 subscription.paused account/A subscription=s
			 60 subscription.resumed account/A subscription=s
			 90 subscription.ended account/A subscription=s
			 120 subscription.resumed account/A subscription=s`,
			"0 /: s 100.0000 EUR; 1 /: s 100.0000 EUR paused; 2 /: s 100.0000 EUR; 3 /:; 5 /:",
		},
		{
			"one that starts anew is as its new start says",
			`1 subscription.started account/A subscription=s price=1 interval=year discount_percent=50 plan=pro
			 30 subscription.ended account/A subscription=s
			 60 subscription.started account/A subscription=s price=2 interval=year`,
			"0 /: s( pro ) 100.0000-50.0000 EUR; 1 /:; 2 /: s 200.0000 EUR",
		},
		{
			"what a provider says is kept until another says otherwise",
			`1 account.enriched account/A provider=p fields.segment=smb fields.owner=o1 fields.size=9
			 30 account.enriched account/A provider=q fields.segment=big`,
			"0 smb/o1:; 1 big/o1:",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f AccountFolder
			if got := eveningsOf(f.Fold(definition(), "account/A", factsOf(t, c.script), Always)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAYearIs365DaysOr52WeeksOr12Months(t *testing.T) {
	for _, c := range []struct{ terms, want string }{
		{"price=1.00 interval=day", "36500.0000"},
		{"price=1.00 interval=week", "5200.0000"},
		{"price=1.00 interval=month", "1200.0000"},
		{"price=1.00 interval=year", "100.0000"},
		{"price=1.00 interval=month interval_count=3", "400.0000"},
		{"price=1.00 interval=year interval_count=3", "33.3333"},
		{"price=2.00 interval=year interval_count=3", "66.6667"},
		{"price=0.01 interval=month quantity=2.5", "30.0000"},
		{"price=0.01 interval=year quantity=0.00005", "0.0000"}, // half a part, to even
		{"price=0.01 interval=year quantity=0.00015", "0.0002"},
		{"price=9.99 interval=month discount_percent=33.3", "11988.0000-7995.9960"},
		{"price=10 interval=month discount_percent=100", "12000.0000-0.0000"},
		{"price=0 interval=month", "0.0000"},
		{"price=1000 interval=month currency=JPY", "12000.0000 JPY"},
		{"price=999999999999 interval=day quantity=9999999", "100000000000000000.0000"},
	} {
		t.Run(c.terms, func(t *testing.T) {
			var f AccountFolder
			facts := factsOf(t, "1 subscription.started account/A subscription=s "+c.terms)
			want := "0 /: s " + c.want
			if !strings.HasSuffix(want, "JPY") {
				want += " EUR"
			}
			if got := eveningsOf(f.Fold(definition(), "account/A", facts, Always)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestAnAccountIsWhatWasKnownOfItByADay(t *testing.T) {
	facts := factsOf(t, `1 subscription.started account/A subscription=s price=1 interval=year
		30 subscription.changed account/A subscription=s price=2 @240
		50 subscription.ended account/A subscription=s @480`)
	var f AccountFolder
	for k, want := range map[event.Day]string{
		newYear - 1: "", newYear + 9: "0 /: s 100.0000 EUR", newYear + 10: "0 /: s 100.0000 EUR; 1 /: s 200.0000 EUR",
		newYear + 20: "0 /: s 100.0000 EUR; 1 /: s 200.0000 EUR; 2 /:",
	} {
		if got := eveningsOf(f.Fold(definition(), "account/A", facts, k)); got != want {
			t.Errorf("by %d: got %s, want %s", k-newYear, got, want)
		}
	}
}

func TestAnActivityOfAnAccountIsItsOwners(t *testing.T) {
	facts := factsOf(t, `1 account.enriched account/A provider=p fields.segment=smb fields.owner=o1
		2 activity.logged account/A kind=call
		3 activity.logged account/A kind=call owner=o2`)
	var f AccountFolder
	var got []string
	for _, a := range f.Fold(definition(), "account/A", facts, Always).Activities {
		got = append(got, a.Dims[DimOwner]+" "+a.Dims[DimSegment])
	}
	if want := "o1 smb,o2 smb"; strings.Join(got, ",") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAPartKnowsItsAccountsPlanSeatsAndFeatures(t *testing.T) {
	facts := factsOf(t, `1 subscription.started account/A subscription=b price=10 interval=month plan=basic seats=3 features=x
		2 subscription.started account/A subscription=c price=10 interval=month plan=other
		3 account.enriched account/A provider=p fields.segment=smb
		4 subscription.started account/A subscription=d price=20 interval=month plan=pro seats=4 features=y,z
		5 subscription.ended account/A subscription=d`)
	var room dimsRoom
	var p Profile
	p.begin(&room)
	var got []string
	for i := range facts {
		p.apply(definition(), &facts[i])
		seats, seated := p.Seats()
		got = append(got, fmt.Sprintf("%s %s %d %v %v %v", p.Dims[DimSegment], p.Plan(), seats, seated, p.Entitled("x"), p.Entitled("y")))
	}
	want := " basic 3 true true false, basic 3 true true false,smb basic 3 true true false,smb pro 7 true true true,smb basic 3 true true false"
	if strings.Join(got, ",") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ","), want)
	}
	if p.begin(&room); p.Customer() || p.Plan() != "" {
		t.Error("a profile that begins knows nothing")
	}
}
