package ledger

import (
	"cmp"
	"slices"
	"strings"

	"weir.dev/weir/pkg/event"
)

// Telling is what one entity tells another: facts, each with the days between which it was known.
type Telling struct {
	To    string // subject
	Facts []Fact // in order
}

// Teller works out what entities tell each other.
type Teller struct {
	deals    DealFolder
	leads    LeadFolder
	bounds   []event.Day
	relevant [2][]Fact // room for the facts that matter, before and after
}

// Tell is all that an entity tells others, as a pure function of its facts (sorted, those that it was
// told among them). What it would have said on each day on which its knowledge changed is worked out,
// and each fact carries the days between which it held.
func (t *Teller) Tell(def *Definition, subject string, facts []Fact) []Telling {
	switch kind := KindOf(subject); {
	case kind.Parts():
		return partTells(subject, facts)
	case kind == KindAccount:
		return accountTells(subject, facts)
	case kind != KindDeal && kind != KindLead:
		return nil
	}
	return t.tell(def, subject, t.matter(def, subject, facts, 0))
}

// tell is what the facts that matter make a deal or a lead tell.
func (t *Teller) tell(def *Definition, subject string, facts []Fact) []Telling {
	if len(facts) == 0 {
		return nil
	}
	var out []Telling
	t.bounds = Bounds(t.bounds[:0], 0, facts)
	for _, k := range t.bounds {
		said := t.at(def, subject, facts, k)
		for i := range out {
			end(&out[i], said, k)
		}
		for _, s := range said {
			out = begin(out, s, k)
		}
	}
	for i := range out {
		Sort(out[i].Facts)
	}
	return out
}

// Change is what an entity tells others otherwise with some facts than with others: what it says now, and
// an empty telling to whom it says nothing any more.
func (t *Teller) Change(def *Definition, subject string, before, after []Fact) []Telling {
	switch kind := KindOf(subject); kind {
	case KindAccount:
		return accountChange(subject, before, after)
	case KindDeal, KindLead:
		before, after = t.matter(def, subject, before, 0), t.matter(def, subject, after, 1)
		if sameFacts(before, after) {
			return nil
		}
		told := t.tell(def, subject, before)
		return difference(told, t.tell(def, subject, after))
	default:
		told := t.Tell(def, subject, before)
		return difference(told, t.Tell(def, subject, after))
	}
}

// difference is the tellings of after that differ from those of before, and an empty one for each that
// stands in before alone.
func difference(before, after []Telling) []Telling {
	var out []Telling
	was := make(map[string][]Fact, len(before))
	for i := range before {
		was[before[i].To] = before[i].Facts
	}
	for i := range after {
		if facts, told := was[after[i].To]; !told || !sameFacts(facts, after[i].Facts) {
			out = append(out, after[i])
		}
		delete(was, after[i].To)
	}
	for i := range before {
		if _, ended := was[before[i].To]; ended {
			out = append(out, Telling{To: before[i].To})
		}
	}
	return out
}

// sameFacts reports whether two lists say the same, known between the same days.
func sameFacts(a, b []Fact) bool {
	return slices.EqualFunc(a, b, func(f, g Fact) bool {
		return f.Known == g.Known && f.Until == g.Until && f.Via == g.Via && f.Equal(&g)
	})
}

// end closes, on day k, the facts that are no longer said.
func end(told *Telling, said []Telling, k event.Day) {
	for i := range told.Facts {
		f := &told.Facts[i]
		if f.Until == 0 && !says(said, told.To, f) {
			f.Until = k
		}
	}
}

func says(said []Telling, to string, f *Fact) bool {
	for i := range said {
		if said[i].To != to {
			continue
		}
		for j := range said[i].Facts {
			if said[i].Facts[j].Equal(f) && said[i].Facts[j].Via == f.Via {
				return true
			}
		}
	}
	return false
}

// begin opens, on day k, the facts that were not said before.
func begin(out []Telling, said Telling, k event.Day) []Telling {
	at := -1
	for i := range out {
		if out[i].To == said.To {
			at = i
		}
	}
	if at < 0 {
		at = len(out)
		out = append(out, Telling{To: said.To})
	}
	for _, f := range said.Facts {
		open := false
		for i := range out[at].Facts {
			g := &out[at].Facts[i]
			open = open || g.Until == 0 && g.Equal(&f) && g.Via == f.Via
		}
		if !open {
			f.Known, f.Until = k, 0
			out[at].Facts = append(out[at].Facts, f)
		}
	}
	return out
}

// at is what the entity says with the knowledge of day k.
func (t *Teller) at(def *Definition, subject string, facts []Fact, k event.Day) []Telling {
	switch KindOf(subject) {
	case KindDeal:
		return t.deal(def, subject, facts, k)
	case KindLead:
		return t.lead(def, subject, facts, k)
	default:
		return nil
	}
}

func add(out []Telling, to string, f Fact) []Telling {
	for i := range out {
		if out[i].To == to {
			out[i].Facts = append(out[i].Facts, f)
			return out
		}
	}
	return append(out, Telling{To: to, Facts: []Fact{f}})
}

// hand passes facts of some kinds on to the survivor of a merge, but none that came through it: round a
// ring of merges a fact stops where it would come back. What came by two ways is passed on once, by the
// shorter.
func hand(subject, to string, facts []Fact, k event.Day, some func(event.Kind) bool) []Telling {
	var out []Telling
	for i := range facts {
		f := facts[i]
		if !some(f.Kind) || !f.KnownBy(k) || slices.Contains(strings.Split(f.Via, between), to) {
			continue
		}
		if f.Origin == "" {
			f.Origin = subject
		}
		if f.Via != "" {
			f.Via += between
		}
		f.Via += subject
		if !handed(out, &f) {
			out = add(out, to, f)
		}
	}
	return out
}

// between stands between the subjects of a way.
const between = "\x1f"

// handed reports whether a fact is handed already, and notes the shorter of the two ways.
func handed(out []Telling, f *Fact) bool {
	for i := range out {
		for j := range out[i].Facts {
			if g := &out[i].Facts[j]; g.Equal(f) {
				if cmp.Or(cmp.Compare(len(f.Via), len(g.Via)), strings.Compare(f.Via, g.Via)) < 0 {
					g.Via = f.Via
				}
				return true
			}
		}
	}
	return false
}
