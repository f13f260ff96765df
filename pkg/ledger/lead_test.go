package ledger

import (
	"fmt"
	"testing"

	"weir.dev/weir/pkg/event"
)

// moments are what happened to a lead, with the hour and the source in force.
func moments(l *Lead) string {
	s := ""
	for _, m := range []struct {
		name string
		Moment
	}{
		{"captured", l.Captured}, {"mql", l.MQL}, {"sql", l.SQL}, {"converted", l.Converted}, {"disqualified", l.Disqualified}, {"won", l.Won}, {"closed", l.Closed},
	} {
		if m.Happened {
			s += fmt.Sprintf("%s %d %s%s; ", m.name, hours(m.At), m.Dims[DimSource], m.Rule)
		}
	}
	if l.Gone {
		s += "into " + l.Into
	}
	return s
}

func TestTheLifeOfALead(t *testing.T) {
	for _, c := range []struct{ name, facts, want string }{
		{"nothing", "", ""},
		{"the first qualification of each level counts, with its rule", `
			1 lead.captured lead/L source=web
			2 lead.qualified lead/L level=mql rule=r1
			3 lead.qualified lead/L level=mql rule=r2
			4 lead.qualified lead/L level=sql rule=r3
			5 lead.qualified lead/L level=sql rule=r4`, "captured 1 web; mql 2 webr1; sql 4 webr3; "},
		{"what came before the capture has no source", `
			1 lead.qualified lead/L level=mql
			2 lead.captured lead/L source=web`, "captured 2 web; mql 1 ; "},
		{"the first capture says where it came from", `
			1 lead.captured lead/L source=web
			2 lead.captured lead/L source=fair
			3 lead.converted lead/L deal=D`, "captured 1 web; converted 3 web; "},
		{"disqualified, even if it was qualified again", `
			1 lead.disqualified lead/L reason=spam
			2 lead.qualified lead/L level=mql`, "mql 2 ; disqualified 1 ; "},
		{"merged", `
			1 lead.captured lead/L source=web
			2 lead.merged lead/L into=M`, "captured 1 web; into M"},
	} {
		var f LeadFolder
		if got := moments(f.Fold(definition(), "lead/L", factsOf(t, c.facts), Always)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestAMergedLeadGivesItsSurvivorItsEarlierCapture(t *testing.T) {
	w := tellingAll(t, `
		5 lead.captured lead/L source=web
		2 lead.captured lead/M source=fair
		3 lead.qualified lead/M level=mql rule=r
		30 lead.merged lead/M into=L`)
	var f LeadFolder
	for k, want := range map[int]string{0: "captured 5 web; ", 1: "captured 2 fair; mql 3 fairr; "} {
		if got := moments(f.Fold(definition(), "", w.facts("lead/L"), newYear+event.Day(k))); got != want {
			t.Errorf("by day %d: %s, want %s", k, got, want)
		}
	}
	if got := moments(f.Fold(definition(), "", w.facts("lead/M"), Always)); got != "captured 2 fair; mql 3 fairr; into L" {
		t.Errorf("the merged one: %s", got)
	}
}

func TestAnAccountKnowsItsActivities(t *testing.T) {
	var f AccountFolder
	a := f.Fold(definition(), "account/A", factsOf(t, `
		1 activity.logged account/A kind=call owner=ann
		2 activity.scheduled account/A id=a1 kind=call at=2026-03-01T00:00:00Z
		3 activity.logged account/A kind=email @50`), newYear)
	if len(a.Activities) != 1 || a.Activities[0].Kind != "call" || a.Activities[0].Dims[DimOwner] != "ann" || a.Activities[0].Day != newYear {
		t.Errorf("%+v", a.Activities)
	}
}
