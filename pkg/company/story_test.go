package company_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"weir.dev/weir/pkg/cloudevent"
	"weir.dev/weir/pkg/company"
	"weir.dev/weir/pkg/event"
)

// happened are the events of a year and of what was inherited, each once, in the order in which they happened:
// those too that became known some days after the year.
func happened(seed uint64) []cloudevent.Event {
	events := slices.Collect(company.New(seed, start).Until(end.AddDate(0, 0, 10)))
	slices.SortStableFunc(events, cloudevent.Compare)
	events = slices.CompactFunc(events, func(a, b cloudevent.Event) bool { return a.ID == b.ID })
	return slices.DeleteFunc(events, func(e cloudevent.Event) bool { return e.Time.After(end) })
}

// stories are two years, made once.
var stories = [...]func() []cloudevent.Event{
	sync.OnceValue(func() []cloudevent.Event { return happened(0) }), sync.OnceValue(func() []cloudevent.Event { return happened(1) }),
}

// said is a text of an event's data, empty where there is none.
func said(e cloudevent.Event, member string) string {
	text, _ := e.Data[member].(string)
	return text
}

func TestEveryKindOfTheContractOccurs(t *testing.T) {
	for seed, story := range stories {
		counts := map[string]int{}
		for _, e := range story() {
			counts[e.Type]++
		}
		for _, kind := range event.Kinds() {
			if name := strings.TrimPrefix(kind.Type(), cloudevent.Prefix); counts[name] == 0 {
				t.Errorf("seed %d: no %s in a year", seed, name)
			}
		}
	}
}

// follow calls see for each event of some types, with its subject and the thing inside it that it names, and
// fails the test where see says that this cannot be.
func follow(t *testing.T, member, types string, see func(e cloudevent.Event, thing string) bool) {
	t.Helper()
	for seed, story := range stories {
		seen := 0
		for _, e := range story() {
			if !slices.Contains(strings.Fields(types), e.Type) {
				continue
			}
			seen++
			if !see(e, strconv.Itoa(seed)+" "+e.Subject+" "+said(e, member)) {
				t.Errorf("cannot be: %s of %s at %s: %v", e.Type, e.Subject, e.Time, e.Data)
			}
		}
		if seen == 0 {
			t.Errorf("seed %d: none of %s", seed, types)
		}
	}
}

func TestARenewalIsDueBeforeItIsDecidedAndDecidedOnce(t *testing.T) {
	due, decided := map[string]bool{}, map[string]bool{}
	follow(t, "renewal", "renewal.due renewal.renewed renewal.lost", func(e cloudevent.Event, renewal string) bool {
		if e.Type == "renewal.due" {
			due[renewal] = true
			return !decided[renewal] && said(e, "owner") != "" && said(e, "subscription") != ""
		}
		fits := due[renewal] && !decided[renewal]
		decided[renewal] = true
		return fits
	})
	if len(decided) < 200 || len(due) <= len(decided) {
		t.Errorf("%d renewals are due and %d decided, want many decided and more to come", len(due), len(decided))
	}
}

func TestWhatHappensToASubscriptionHappensWhileItIsLive(t *testing.T) {
	live, paused := map[string]bool{}, map[string]bool{}
	follow(t, "subscription", "subscription.started subscription.changed subscription.paused subscription.resumed subscription.ended renewal.due",
		func(e cloudevent.Event, s string) bool {
			switch was := live[s]; e.Type {
			case "subscription.started":
				live[s] = true
				return !was
			case "subscription.ended":
				live[s] = false
				return was
			case "subscription.paused":
				fits := was && !paused[s]
				paused[s] = true
				return fits
			case "subscription.resumed":
				fits := was && paused[s]
				paused[s] = false
				return fits
			default:
				return was
			}
		})
}

func TestATicketIsResolvedAndOpenedInTurn(t *testing.T) {
	open, known := map[string]bool{}, map[string]bool{}
	follow(t, "ticket", "ticket.opened ticket.resolved ticket.reopened", func(e cloudevent.Event, ticket string) bool {
		was, old := open[ticket], known[ticket]
		open[ticket], known[ticket] = e.Type != "ticket.resolved", true
		return was == (e.Type == "ticket.resolved") && old == (e.Type != "ticket.opened")
	})
}

func TestAMailAnswersOneOfTheOtherSideInItsThread(t *testing.T) {
	type mail struct{ thread, direction string }
	mails := map[string]mail{}
	replies := 0
	follow(t, "id", "activity.logged", func(e cloudevent.Event, id string) bool {
		mails[id] = mail{said(e, "thread"), said(e, "direction")}
		to := said(e, "reply_to")
		if to == "" {
			return (said(e, "kind") == "email") == (said(e, "thread") != "")
		}
		replies++
		first, known := mails[strings.TrimSuffix(id, said(e, "id"))+to]
		return known && first.thread == said(e, "thread") && first.direction != said(e, "direction")
	})
	if replies < 1000 {
		t.Errorf("%d replies", replies)
	}
}

func TestAMeetingThatIsCancelledWasArrangedAndIsNotHeld(t *testing.T) {
	arranged, cancelled := map[string]bool{}, map[string]bool{}
	follow(t, "id", "activity.scheduled activity.cancelled activity.logged", func(e cloudevent.Event, id string) bool {
		switch e.Type {
		case "activity.scheduled":
			arranged[id] = true
			return true
		case "activity.cancelled":
			cancelled[id] = true
			return arranged[id]
		}
		return !cancelled[id]
	})
}

func TestAContractIsOfADealThatIsWon(t *testing.T) {
	won := map[string]bool{}
	follow(t, "", "deal.won deal.lost deal.reopened contract.signed", func(e cloudevent.Event, deal string) bool {
		if e.Type == "contract.signed" {
			return won[deal] && said(e, "start") < said(e, "end")
		}
		won[deal] = e.Type == "deal.won"
		return true
	})
}

func TestMoneyInAnotherCurrencyHasARateByItsDay(t *testing.T) {
	rated := map[string]bool{"EUR": true}
	abroad := 0
	for _, e := range stories[1]() {
		if e.Type == "fx.rate_set" {
			rated[strings.TrimPrefix(e.Subject, "currency/")] = true
		}
		if currency := said(e, "currency"); currency != "" {
			if !rated[currency] {
				t.Fatalf("no rate for %s at %s", currency, e.Time)
			}
			if currency != "EUR" && e.Type == "deal.won" {
				abroad++
			}
		}
	}
	if len(rated) != 3 || abroad < 50 {
		t.Errorf("rates of %v, %d deals won abroad", rated, abroad)
	}
}

func TestAnExpansionOrARenewalIsSoldToACustomer(t *testing.T) {
	customers := map[string]bool{}
	kinds := map[string]int{}
	for _, e := range stories[1]() {
		switch e.Type {
		case "subscription.started":
			customers[strings.TrimPrefix(e.Subject, "account/")] = true
		case "deal.created":
			kind := said(e, "type")
			kinds[kind]++
			if kind != "new" && !customers[said(e, "account")] {
				t.Errorf("%s is a deal of type %s with no customer", e.Subject, kind)
			}
		}
	}
	if kinds["expansion"] < 50 || kinds["renewal"] < 50 {
		t.Errorf("deals %v", kinds)
	}
}

func TestPlansAreSetForAllBeforeTheyAreMeasured(t *testing.T) {
	set := map[string]time.Time{}
	purposes := map[string]int{}
	for _, e := range stories[1]() {
		switch e.Type {
		case "quota.set":
			if key := e.Subject + " " + said(e, "period"); set[key].IsZero() {
				set[key] = e.Time
			}
		case "goal.set":
			entity, _, _ := strings.Cut(e.Subject, "/")
			purposes["goal of a "+entity]++
		case "spend.recorded":
			purposes[said(e, "purpose")]++
			if said(e, "from") > said(e, "to") {
				t.Errorf("spend from %s to %s", said(e, "from"), said(e, "to"))
			}
		}
	}
	for _, subject := range []string{"owner/ana.costa", "owner/luca.rossi", "team/velocity"} {
		for _, quarter := range []string{"2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"} {
			begins := max(start.Unix(), quarterOf(t, quarter).Unix())
			if at := set[subject+" "+quarter]; at.IsZero() || at.Unix() > begins {
				t.Errorf("the quota of %s for %s is set at %s", subject, quarter, at)
			}
		}
	}
	for _, purpose := range []string{"marketing", "sales", "retention", "goal of a tenant", "goal of a team", "goal of a owner"} {
		if purposes[purpose] == 0 {
			t.Errorf("no %s", purpose)
		}
	}
}

func quarterOf(t *testing.T, text string) time.Time {
	t.Helper()
	first, err := time.Parse("2006", text[:4])
	if err != nil {
		t.Fatal(err)
	}
	return first.AddDate(0, 3*int(text[6]-'1'), 0)
}

func TestCustomersWhoLeaveAskMoreUseLessAndThinkLess(t *testing.T) {
	type life struct {
		since                          time.Time
		tickets, usage, score, answers float64
	}
	type sum struct{ weeks, tickets, usage, score, answers float64 }
	lives := map[string]*life{}
	var stayed, left sum
	for _, e := range stories[1]() {
		l := lives[e.Subject]
		if l == nil {
			l = &life{since: e.Time}
			lives[e.Subject] = l
		}
		switch e.Type {
		case "ticket.opened":
			l.tickets++
		case "usage.recorded":
			l.usage++
		case "survey.answered":
			l.score += float64(e.Data["score"].(int))
			l.answers++
		case "renewal.renewed", "renewal.lost": // what came before it
			to := &stayed
			if e.Type == "renewal.lost" {
				to = &left
			}
			from := l.since
			if from.Before(start) {
				from = start
			}
			to.weeks += e.Time.Sub(from).Hours() / 168
			to.tickets, to.usage, to.score, to.answers = to.tickets+l.tickets, to.usage+l.usage, to.score+l.score, to.answers+l.answers
			*l = life{since: e.Time}
		}
	}
	if left.tickets/left.weeks <= stayed.tickets/stayed.weeks || left.usage/left.weeks >= stayed.usage/stayed.weeks ||
		left.score/left.answers >= stayed.score/stayed.answers {
		t.Errorf("those who left: %+v; who stayed: %+v", left, stayed)
	}
}
