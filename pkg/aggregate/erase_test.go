package aggregate_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"weir.dev/weir/pkg/event"
)

// persons is a company whose events name persons and give reasons; everything that must go is spelled secret.
var persons = []struct{ kind, subject, data string }{
	{"lead.captured", "lead/L", `{"source":"web","person":"secret-hash"}`},
	{"lead.qualified", "lead/L", `{"level":"mql","rule":"r"}`},
	{"lead.disqualified", "lead/L", `{"reason":"a secret reason"}`},
	{"activity.logged", "lead/L", `{"kind":"call","direction":"inbound","participants":[{"contact":"secret-ann"}]}`},
	{"deal.created", "deal/D", `{"stage":"prospecting","amount":100,"owner":"o"}`},
	{"contact.role_set", "deal/D", `{"contact":"secret-ann","role":"champion"}`},
	{"activity.logged", "deal/D", `{"kind":"meeting","participants":[{"contact":"secret-ann"},{"contact":"secret-bob","role":"user"}]}`},
	{"activity.logged", "deal/M", `{"kind":"meeting","participants":[{"contact":"secret-bob"}]}`},
	{"deal.merged", "deal/M", `{"into":"D"}`},
	{"deal.lost", "deal/D", `{"kind":"no_decision","reason":"a secret reason"}`},
	{"subscription.started", "account/A", `{"subscription":"S","price":10,"interval":"month"}`},
	{"subscription.ended", "account/A", `{"subscription":"S","reason":"a secret reason"}`},
	{"renewal.due", "account/A", `{"renewal":"R","due":"2026-02-01","amount":10}`},
	{"renewal.lost", "account/A", `{"renewal":"R","reason":"a secret reason"}`},
	{"usage.recorded", "account/A", `{"user":"secret-ann","feature":"export"}`},
	{"survey.answered", "account/A", `{"respondent":"secret-ann","score":9}`},
	{"activity.logged", "account/A", `{"kind":"call","participants":[{"contact":"secret-bob"}]}`},
}

var erasures = []struct{ kind, subject, data string }{
	{"subject.erased", "lead/L", `{}`},
	{"subject.erased", "deal/D", `{}`},
	{"subject.erased", "deal/M", `{}`},
	{"subject.erased", "account/A", `{}`},
}

// personal is the events of persons, n times over, and then the erasures where they are asked for.
func personal(n int, erased bool) []event.Record {
	var recs []event.Record
	for range n {
		for _, e := range persons {
			recs = append(recs, record(len(recs), e.kind, e.subject, e.data))
		}
	}
	if erased {
		for _, e := range erasures {
			recs = append(recs, record(len(recs), e.kind, e.subject, e.data))
		}
	}
	return recs
}

// naming counts the rows that hold a text.
func (p *partition) naming(text string) (found []string) {
	for key, fields := range p.rows {
		for field, value := range fields {
			if strings.Contains(key+field, text) || bytes.Contains(value, []byte(text)) {
				found = append(found, fmt.Sprintf("%s %q", key, field))
			}
		}
	}
	return found
}

// counted is the rows of cells and of the list of deals.
func (p *partition) counted() map[string]map[string][]byte {
	out := maps.Clone(p.rows)
	maps.DeleteFunc(out, func(key string, fields map[string][]byte) bool {
		return strings.HasPrefix(key, "e:") || len(fields) == 0
	})
	return out
}

func TestNothingOfAnErasedPersonIsKeptInWhateverOrderAndAllThatCountedStays(t *testing.T) {
	const rounds = 12 // enough for blocks to be sealed
	plain := newPartition(t)
	for _, rec := range personal(rounds, false) {
		plain.fold(rec)
	}
	if len(plain.naming("secret")) == 0 {
		t.Fatal("nothing is there to be erased")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name  string
		order func([]event.Record) []event.Record
	}{
		{"erased at the end", func(recs []event.Record) []event.Record { return recs }},
		{"erased before all else", func(recs []event.Record) []event.Record {
			cut := len(recs) - len(erasures)
			return append(append([]event.Record{}, recs[cut:]...), recs[:cut]...)
		}},
		{"in between, and everything said again", func(recs []event.Record) []event.Record {
			recs = append(recs, recs...)
			random.Shuffle(len(recs), func(i, j int) { recs[i], recs[j] = recs[j], recs[i] })
			return recs
		}},
	} {
		p := newPartition(t)
		for _, rec := range c.order(personal(rounds, true)) {
			p.fold(rec)
		}
		if found := p.naming("secret"); len(found) > 0 {
			t.Errorf("%s: %d rows name persons or reasons, such as %s", c.name, len(found), found[0])
		}
		if len(p.refused) > 0 {
			t.Errorf("%s: refused %v", c.name, p.refused[0].Err)
		}
		if !maps.EqualFunc(p.counted(), plain.counted(), func(a, b map[string][]byte) bool { return maps.EqualFunc(a, b, bytes.Equal) }) {
			t.Errorf("%s: the erasure changed what counted", c.name)
		}
		p.isRecomputed()
	}
}
