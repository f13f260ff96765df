package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// definition is a company in UTC that reports in EUR, with two open stages.
func definition() *Definition {
	return NewDefinition(calendar.New(time.UTC, time.January), "EUR", []Stage{
		{ID: "qualify", Probability: Scale / 10, HasProbability: true},
		{ID: "propose"},
		{ID: "signed", Category: CategoryWon},
		{ID: "dropped", Category: CategoryLost},
	})
}

// factsOf reads facts from a short form, one a line: the hour of 2026 in which it happened, type, subject,
// fields, and @hour for when it was recorded where that is not at once. A field's value null clears it.
func factsOf(t testing.TB, script string) []Fact {
	t.Helper()
	var facts []Fact
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		f := factOf(t, words, fmt.Sprintf("e%02d", len(facts)))
		facts = append(facts, f)
	}
	Sort(facts)
	return facts
}

func factOf(t testing.TB, words []string, id string) Fact {
	t.Helper()
	e := event.Event{ID: id, Source: "/crm", Type: "dev.weir." + words[1], Subject: words[2], Time: hour(t, words[0])}
	e.RecordedTime = e.Time
	data := map[string]any{}
	for _, word := range words[3:] {
		if at, ok := strings.CutPrefix(word, "@"); ok {
			e.RecordedTime = hour(t, at)
			continue
		}
		name, value, _ := strings.Cut(word, "=")
		say(data, name, value)
	}
	var err error
	if e.Data, err = json.Marshal(data); err != nil {
		t.Fatal(err)
	}
	arrival := hour(t, "9000")
	payload, err := e.Validate(arrival, "EUR")
	if err != nil {
		t.Fatalf("%v: %v", words, err)
	}
	kind, _ := event.KindOf(e.Type)
	var r Reader
	return r.Fact(definition(), &e, kind, payload, arrival)
}

// say sets a field of an event's data: null clears it, features are a list with commas, counts are numbers, what
// a provider says of an account is written as fields.name=value, participants as contact:role,contact, and at as
// the hour of 2026.
func say(data map[string]any, name, value string) {
	n, err := strconv.Atoi(value)
	of, field, nested := strings.Cut(name, ".")
	switch {
	case nested:
		if data[of] == nil {
			data[of] = map[string]any{}
		}
		say(data[of].(map[string]any), field, value)
	case value == "null":
		data[name] = nil
	case name == "features":
		data[name] = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
	case name == "participants":
		var people []map[string]string
		for person := range strings.SplitSeq(value, ",") {
			contact, role, named := strings.Cut(person, ":")
			people = append(people, map[string]string{"contact": contact})
			if named {
				people[len(people)-1]["role"] = role
			}
		}
		data[name] = people
	case name == "at":
		data[name] = event.FormatInstant((int64(newYear)*24 + int64(n)) * 3_600_000)
	case err == nil && slices.Contains([]string{"term_months", "interval_count", "seats", "score"}, name):
		data[name] = n
	default:
		data[name] = value
	}
}

// newYear is 2026-01-01.
const newYear event.Day = 20454

func hour(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return (int64(newYear)*24 + int64(n)) * 3_600_000
}

// hours is an instant as hours of 2026.
func hours(ms int64) int64 { return ms/3_600_000 - int64(newYear)*24 }

// life is a deal in a few lines: how it stands, how it ended, its stays and steps.
func life(d *Deal) string {
	st := &d.Final
	s := st.Status.String() + " in " + st.Stage
	if st.Priced {
		s += fmt.Sprintf(", %d %s", st.Amount, st.Currency)
	}
	if d.HasCreation {
		s += fmt.Sprintf(", created at %d", hours(d.Created))
	}
	if o := d.Outcome; o != nil {
		how := "lost " + o.Kind
		if o.Won {
			how = "won"
		}
		s += fmt.Sprintf(", %s at %d with %d", strings.TrimSpace(how), hours(o.At), o.State.Amount)
	}
	s += ";"
	for _, stay := range d.Stays {
		s += fmt.Sprintf(" %s %d–", stay.Stage, hours(stay.Enter))
		if stay.Ended {
			s += strconv.FormatInt(hours(stay.Exit), 10)
		}
	}
	if d.Into != "" {
		s += "; into " + d.Into
	}
	return s
}

// told is what an entity tells, one line each: to whom, what and from where, and from which day of 2026 to which it was known.
func told(list []Telling) []string {
	var out []string
	for _, t := range list {
		for i := range t.Facts {
			f := &t.Facts[i]
			kind := map[event.Kind]string{
				event.KindDealWon: "won", event.KindLeadConverted: "converted", event.KindActivityLogged: "activity",
				event.KindLeadCaptured: "captured", event.KindContactRoleSet: "role", event.KindLeadMerged: "merge",
				event.KindLeadQualified: f.ID, event.KindDealLost: "lost", event.KindCompetitorTagged: "competitor",
				event.KindActivityScheduled: "scheduled", event.KindActivityCancelled: "cancelled", event.KindDealQualificationSet: "qualification",
			}[f.Kind]
			until := ""
			if f.Until != 0 {
				until = strconv.Itoa(int(f.Until - newYear))
			}
			if f.Kind == event.KindDealCreated {
				out = append(out, fmt.Sprintf("to %s: credit of %s, known %d–%s", t.To, f.Origin, f.Known-newYear, until))
				continue
			}
			s := fmt.Sprintf("to %s: %s at %d of %s, known %d–%s", t.To, kind, hours(f.Time), f.Origin, f.Known-newYear, until)
			if f.Via != "" {
				s += " via " + strings.ReplaceAll(f.Via, between, " ")
			}
			out = append(out, s)
		}
	}
	return out
}

func oneLine(s string) string { return " " + strings.Join(strings.Fields(s), " ") }
