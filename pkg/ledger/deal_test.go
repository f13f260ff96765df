package ledger

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/event"
)

// lives are what was said of a deal, and its life.
var lives = []struct{ name, facts, want string }{
	{"nothing", "", "absent in ;"},
	{"is open from its creation", "1 deal.created deal/D stage=qualify amount=5", "open in qualify, 500 EUR, created at 1; qualify 1–"},
	{"is open from its first fact, whichever it is", "3 deal.stage_changed deal/D to=propose", "open in propose; propose 3–"},
	{"an update alone makes it exist, in no stage", "3 deal.updated deal/D amount=2", "open in , 200 EUR;"},
	{"an activity or a role does not make it exist", `
			1 activity.logged deal/D kind=call
			2 contact.role_set deal/D contact=c role=champion
			3 competitor.tagged deal/D competitor=acme`, "absent in ;"},
	{"a creation that comes later puts it right", `
			3 deal.stage_changed deal/D to=propose
			1 deal.created deal/D stage=qualify @50`, "open in propose, created at 1; qualify 1–3 propose 3–"},
	{"of two creations, the first is the creation", `
			1 deal.created deal/D stage=qualify
			4 deal.created deal/D stage=propose`, "open in propose, created at 1; qualify 1–4 propose 4–"},
	{"a move to the same stage is none", `
			1 deal.created deal/D stage=qualify
			2 deal.stage_changed deal/D to=qualify
			3 deal.reopened deal/D stage=qualify`, "open in qualify, created at 1; qualify 1–"},
	{"a stage may be entered again", `
			1 deal.created deal/D stage=qualify
			2 deal.stage_changed deal/D to=propose
			3 deal.stage_changed deal/D to=qualify`, "open in qualify, created at 1; qualify 1–2 propose 2–3 qualify 3–"},
	{"a win ends the stay", `
			1 deal.created deal/D stage=qualify amount=5
			2 deal.won deal/D amount=7`, "won in qualify, 700 EUR, created at 1, won at 2 with 700; qualify 1–2"},
	{"a stage of category won is a win", `
			1 deal.created deal/D stage=qualify amount=5
			2 deal.stage_changed deal/D to=signed`, "won in qualify, 500 EUR, created at 1, won at 2 with 500; qualify 1–2"},
	{"a stage of category lost is a loss", `
			1 deal.created deal/D stage=qualify
			2 deal.stage_changed deal/D to=dropped`, "lost in qualify, created at 1, lost at 2 with 0; qualify 1–2"},
	{
		"it may be created in a stage that ends it", "1 deal.created deal/D stage=signed amount=5",
		"won in , 500 EUR, created at 1, won at 1 with 500;",
	},
	{"an outcome said twice is of the first day, with the amount that was said for it", `
			1 deal.created deal/D stage=qualify amount=5
			2 deal.won deal/D
			30 deal.won deal/D amount=9
			40 deal.stage_changed deal/D to=signed`, "won in qualify, 900 EUR, created at 1, won at 2 with 900; qualify 1–2"},
	{"of losses running, the first says why", `
			2 deal.lost deal/D kind=competitor
			3 deal.lost deal/D kind=no_decision`, "lost in , lost competitor at 2 with 0;"},
	{"the latest outcome decides", `
			1 deal.created deal/D stage=qualify
			2 deal.won deal/D
			3 deal.lost deal/D`, "lost in qualify, created at 1, lost unknown at 3 with 0; qualify 1–2"},
	{"an amount that changes after the win is not the amount at the win", `
			2 deal.won deal/D amount=5
			3 deal.amount_changed deal/D amount=9`, "won in , 900 EUR, won at 2 with 500;"},
	{"an open stage after an outcome reopens it", `
			1 deal.created deal/D stage=qualify
			2 deal.won deal/D
			5 deal.stage_changed deal/D to=propose`, "open in propose, created at 1; qualify 1–2 propose 5–"},
	{"also the stage that it was in", `
			1 deal.created deal/D stage=qualify
			2 deal.won deal/D
			5 deal.stage_changed deal/D to=qualify`, "open in qualify, created at 1; qualify 1–2 qualify 5–"},
	{"reopened into the last open stage", `
			1 deal.created deal/D stage=qualify
			2 deal.stage_changed deal/D to=propose
			3 deal.lost deal/D
			5 deal.reopened deal/D`, "open in propose, created at 1; qualify 1–2 propose 2–3 propose 5–"},
	{"reopened into a named stage", `
			1 deal.created deal/D stage=qualify
			3 deal.lost deal/D
			5 deal.reopened deal/D stage=propose`, "open in propose, created at 1; qualify 1–3 propose 5–"},
	{"reopened where it was in no stage", `
			3 deal.lost deal/D
			5 deal.reopened deal/D`, "open in ;"},
	{"reopened and won again", `
			1 deal.created deal/D stage=qualify
			2 deal.won deal/D
			5 deal.reopened deal/D
			7 deal.won deal/D`, "won in qualify, created at 1, won at 7 with 0; qualify 1–2 qualify 5–7"},
	{"deleted, for good", `
			1 deal.created deal/D stage=qualify
			2 deal.won deal/D
			3 deal.deleted deal/D
			4 deal.reopened deal/D`, "gone in qualify, created at 1; qualify 1–2"},
	{"merged, for good", `
			1 deal.created deal/D stage=qualify
			3 deal.merged deal/D into=E
			4 deal.won deal/D`, "gone in qualify, created at 1; qualify 1–; into E"},
	{"a change of amount keeps the currency", `
			1 deal.created deal/D stage=qualify amount=5 currency=USD
			2 deal.amount_changed deal/D amount=6.5`, "open in qualify, 650 USD, created at 1; qualify 1–"},
	{"a currency may come after the amount", `
			1 deal.updated deal/D amount=5
			2 deal.updated deal/D currency=JPY`, "open in , 5 JPY;"},
	{"an amount is cleared", `
			1 deal.updated deal/D amount=5
			2 deal.updated deal/D amount=null`, "open in ;"},
}

func TestTheLifeOfADeal(t *testing.T) {
	for _, c := range lives {
		var f DealFolder
		if got := life(f.Fold(definition(), factsOf(t, c.facts), Always)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestAnUpdateSetsAndClearsEveryField(t *testing.T) {
	const all = ` amount=5 currency=USD close_date=2026-03-01 category=commit probability=0.25 owner=o team=t segment=s region=r
		industry=i type=new source=web campaign=c product=p pipeline=l account=a lead=l1 term_months=24`
	created := "1 deal.created deal/D stage=qualify" + oneLine(all)
	cleared := "2 deal.updated deal/D amount=null currency=null close_date=null category=null probability=null owner=null team=null " +
		"segment=null region=null industry=null type=null source=null campaign=null product=null pipeline=null account=null lead=null term_months=null"
	show := func(st *State) string {
		return fmt.Sprintln(st.Amount, st.Priced, st.Currency, st.Plan, st.Planned, st.Category, st.Probability, st.Weighed, *st.Dims, st.Account, st.Lead, st.Term)
	}
	var f DealFolder
	full := show(&f.Fold(definition(), factsOf(t, created), Always).Final)
	if want := "500 true USD 2026-03-01 true commit 250000000 true [o t s r i new web c  p l] a l1 24\n"; full != want {
		t.Errorf("set:\n got %s\nwant %s", full, want)
	}
	none := show(&f.Fold(definition(), factsOf(t, created+"\n"+cleared), Always).Final)
	if want := "0 false EUR 1970-01-01 false  0 false [          ]   0\n"; none != want {
		t.Errorf("cleared:\n got %s\nwant %s", none, want)
	}
	again := show(&f.Fold(definition(), factsOf(t, created+"\n"+cleared+"\n3 deal.updated deal/D"+oneLine(all)), Always).Final)
	if again != full {
		t.Errorf("set again:\n got %s\nwant %s", again, full)
	}
}

func TestWhatIsKnownByADayIsALifeOfItsOwn(t *testing.T) {
	facts := factsOf(t, `
		1 deal.created deal/D stage=qualify amount=5
		25 deal.amount_changed deal/D amount=6 @80
		30 deal.won deal/D @50`)
	for day, want := range map[event.Day]string{
		-1: "absent in ;",
		0:  "open in qualify, 500 EUR, created at 1; qualify 1–",
		1:  "open in qualify, 500 EUR, created at 1; qualify 1–",
		2:  "won in qualify, 500 EUR, created at 1, won at 30 with 500; qualify 1–30",
		3:  "won in qualify, 600 EUR, created at 1, won at 30 with 600; qualify 1–30",
	} {
		var f DealFolder
		if got := life(f.Fold(definition(), facts, newYear+day)); got != want {
			t.Errorf("by day %d:\n got %s\nwant %s", day, got, want)
		}
	}
	if got, want := Bounds(nil, 0, facts), []event.Day{newYear, newYear + 2, newYear + 3}; !slices.Equal(got, want) {
		t.Errorf("what is known changes on %v, want %v", got, want)
	}
	ends := []Fact{{Known: 5, Until: 9}, {Known: 9}, {Known: 2, Until: 5}}
	if got := Bounds(nil, 5, ends[:1], ends[1:]); !slices.Equal(got, []event.Day{5, 9}) {
		t.Errorf("from day 5 on, what is known changes on %v", got)
	}
	for day, want := range map[event.Day]bool{4: false, 5: true, 8: true, 9: false} {
		if ends[0].KnownBy(day) != want {
			t.Errorf("known from 5 until 9: by %d it is %v", day, !want)
		}
	}
}

func TestFactsAreInTheOrderOfTimeSourceSequenceAndID(t *testing.T) {
	order := []Fact{
		{Time: 1, Source: "b", Sequence: "9", ID: "z"},
		{Time: 2, Source: "a", Sequence: "", ID: "z"},
		{Time: 2, Source: "a", Sequence: "01", ID: "y"},
		{Time: 2, Source: "a", Sequence: "02", ID: "x"},
		{Time: 2, Source: "b", Sequence: "00", ID: "a"},
		{Time: 2, Source: "b", Sequence: "00", ID: "b"},
	}
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.Permutation(order).Draw(t, "order")
		Sort(facts)
		for i := range facts {
			if Compare(facts[i], order[i]) != 0 {
				t.Fatalf("place %d has %+v", i, facts[i])
			}
		}
	})
}

func TestTheDimensionsOfAStayAndOfAnActivityAreThoseInForce(t *testing.T) {
	var f DealFolder
	d := f.Fold(definition(), factsOf(t, `
		1 deal.created deal/D stage=qualify owner=ann team=emea
		2 activity.logged deal/D kind=call direction=inbound
		3 deal.owner_changed deal/D owner=bob
		4 activity.logged deal/D kind=email owner=cid
		5 deal.stage_changed deal/D to=propose
		6 activity.logged deal/D kind=note`), Always)
	got := d.Entry.Dims[DimOwner]
	for _, dims := range []*Dims{d.Stays[0].EnterDims, d.Stays[0].ExitDims, d.Stays[1].EnterDims} {
		got += " " + dims[DimOwner]
	}
	for _, a := range d.Activities {
		got += " " + a.Kind + ":" + a.Dims[DimOwner] + "/" + a.Dims[DimTeam] + a.Direction
	}
	if want := "ann ann bob bob call:ann/emeainbound email:cid/emea note:bob/emea"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
