package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWhatWasScheduledLiesAheadUntilItIsHeldCancelledMovedOrOver(t *testing.T) {
	for _, c := range []struct{ name, facts, want string }{
		{"until its day", "1 activity.scheduled deal/D id=m kind=meeting at=100", "meeting 0–4"},
		{"not at all on its own day", "1 activity.scheduled deal/D id=m kind=meeting at=20", "meeting 0–0"},
		{"not when it was scheduled for a day before", "90 activity.scheduled deal/D id=m kind=meeting at=20", "meeting 3–0"},
		{"until it is cancelled", `
			1 activity.scheduled deal/D id=m kind=call at=100
			26 activity.cancelled deal/D id=n
			50 activity.cancelled deal/D id=m`, "call 0–2"},
		{"until it is held", `
			1 activity.scheduled deal/D id=m kind=call at=100
			26 activity.logged deal/D kind=call
			50 activity.logged deal/D kind=call id=m
			75 activity.cancelled deal/D id=m`, "call 0–2"},
		{"a cancellation that is late changes nothing", `
			1 activity.scheduled deal/D id=m kind=call at=50
			26 activity.scheduled deal/D id=n kind=call at=200
			100 activity.cancelled deal/D id=m`, "call 0–2, call 1–8"},
		{"scheduled anew, it is another", `
			1 activity.scheduled deal/D id=m kind=call at=100
			26 activity.scheduled deal/D id=m kind=meeting at=200
			50 activity.logged deal/D kind=meeting id=m`, "call 0–1, meeting 1–2"},
		{"cancelled and scheduled again", `
			1 activity.scheduled deal/D id=m kind=call at=100
			26 activity.cancelled deal/D id=m
			50 activity.scheduled deal/D id=m kind=call at=100`, "call 0–1, call 2–4"},
		{"cancelled before it was scheduled, it stands", `
			1 activity.cancelled deal/D id=m
			2 activity.scheduled deal/D id=m kind=call at=100`, "call 0–4"},
	} {
		var f DealFolder
		var got []string
		for _, a := range f.Fold(definition(), factsOf(t, c.facts), Always).Appointments {
			got = append(got, fmt.Sprintf("%s %d–%d", a.Kind, a.Day-newYear, a.Until-newYear))
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAnActivityKnowsItsPeopleAndItsThread(t *testing.T) {
	var f DealFolder
	d := f.Fold(definition(), factsOf(t, `
		1 activity.logged deal/D kind=meeting participants=ann:decision_maker,bob,cid:user
		2 activity.logged deal/D kind=meeting direction=internal participants=bob
		3 activity.logged deal/D kind=email direction=inbound id=a thread=t reply_to=b`), Always)
	var got []string
	for i := range d.Activities {
		a := &d.Activities[i]
		s := fmt.Sprintf("%s(%s %s %s) meeting=%v", a.Kind, a.ID, a.Thread, a.ReplyTo, a.Meeting())
		for contact, role := range a.People() {
			s += " " + contact + ":" + role
		}
		got = append(got, s)
	}
	want := []string{
		"meeting(  ) meeting=true ann:decision_maker bob: cid:user", "meeting(  ) meeting=false bob:", "email(a t b) meeting=false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for contact := range d.Activities[0].People() {
		if contact != "ann" {
			t.Errorf("went on to %s", contact)
		}
		break
	}
}

func TestRolesCompetitorsAndQualificationAreKeptInTheOrderOfFacts(t *testing.T) {
	var f DealFolder
	d := f.Fold(definition(), factsOf(t, `
		30 deal.qualification_set deal/D element=champion state=empty
		3 deal.qualification_set deal/D element=champion state=filled
		5 contact.role_set deal/D contact=ann role=champion
		4 contact.role_set deal/D contact=ann role=user
		6 competitor.tagged deal/D competitor=acme`), Always)
	got := fmt.Sprintf("%v %v %d", d.Roles[0].Role, d.Roles[1].Role, hours(d.Roles[1].At))
	for _, q := range d.Qualifications {
		got += fmt.Sprintf(", %s %v %d", q.Element, q.Filled, q.Day-newYear)
	}
	got += fmt.Sprintf(", %s %d", d.Competitors[0].Competitor, hours(d.Competitors[0].At))
	if want := "user champion 5, champion true 0, champion false 1, acme 6"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestARoleCountsFromWhenItWasSetAndForWhatWasBefore(t *testing.T) {
	var f DealFolder
	d := f.Fold(definition(), factsOf(t, `
		2 activity.logged deal/D kind=meeting participants=ann
		4 contact.role_set deal/D contact=ann role=user
		6 activity.logged deal/D kind=meeting participants=ann,bob:champion
		8 contact.role_set deal/D contact=ann role=decision_maker
		10 activity.logged deal/D kind=meeting participants=ann,bob
		11 activity.logged deal/D kind=meeting participants=`+Pseudonym("ann")), Always)
	var got []string
	for i := range d.Activities {
		got = append(got, strings.Join(slices.Collect(d.RolesIn(&d.Activities[i])), " "))
	}
	want := []string{"user decision_maker", "decision_maker user champion", "decision_maker", "decision_maker"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for role := range d.RolesIn(&d.Activities[1]) {
		if role != "decision_maker" {
			t.Errorf("went on to %s", role)
		}
		break
	}
}

func TestAnActivityThatIsLoggedAgainUnderItsIDIsOne(t *testing.T) {
	const script = `
		1 activity.logged %[1]s kind=call id=a owner=ann thread=t participants=cid
		2 activity.logged %[1]s kind=call
		3 activity.logged %[1]s kind=meeting id=a direction=inbound @80
		4 activity.logged %[1]s kind=call
		5 activity.logged %[1]s kind=email id=b
		30 activity.logged %[1]s kind=email id=b owner=bob participants=dan:user reply_to=a`
	show := func(list []Activity) string {
		var out []string
		for i := range list {
			a := &list[i]
			s := fmt.Sprintf("%d %s %s/%s/%s/%s", hours(a.At), a.Kind, a.Direction, a.Dims[DimOwner], a.Thread, a.ReplyTo)
			for contact, role := range a.People() {
				s += " " + contact + ":" + role
			}
			out = append(out, s)
		}
		return strings.Join(out, ", ")
	}
	const want = "1 meeting inbound/ann/t/ cid:, 2 call ///, 4 call ///, 5 email /bob//a dan:user"
	var deals DealFolder
	var leads LeadFolder
	var accounts AccountFolder
	def := definition()
	for range 2 { // folded again in the same room
		deal := deals.Fold(def, factsOf(t, fmt.Sprintf(script, "deal/D")), Always).Activities
		lead := leads.Fold(def, "lead/L", factsOf(t, fmt.Sprintf(script, "lead/L")), Always).Activities
		account := accounts.Fold(def, "account/A", factsOf(t, fmt.Sprintf(script, "account/A")), Always).Activities
		for _, got := range []string{show(deal), show(lead), show(account)} {
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
	before := deals.Fold(def, factsOf(t, fmt.Sprintf(script, "deal/D")), newYear+2).Activities
	if got, want := show(before[:1]), "1 call /ann/t/ cid:"; got != want {
		t.Errorf("before it was said again: %s, want %s", got, want)
	}
}
