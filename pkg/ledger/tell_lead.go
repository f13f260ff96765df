package ledger

import "weir.dev/weir/pkg/event"

// What a lead and the deals that credit it tell each other. The lead tells a deal that it was converted
// into that it was; the deal tells the one lead that it credits that it does, and how it ended; and the
// lead tells that deal where it came from. What is told second is a function of what is told first.

// lead: a merged lead hands all it knows to its survivor; any other tells the deals that it was
// converted into, and those that credit it where they came from.
func (t *Teller) lead(def *Definition, subject string, facts []Fact, k event.Day) []Telling {
	l := t.leads.Fold(def, subject, facts, k)
	if l.Gone {
		return hand(subject, KindLead.Subject(l.Into), facts, k, func(event.Kind) bool { return true })
	}
	var out []Telling
	for i := range facts {
		f := &facts[i]
		switch {
		case !f.KnownBy(k):
		case f.Kind == event.KindLeadConverted:
			said := *f
			if said.Origin == "" {
				said.Origin = subject
			}
			said.Fields = []Field{{Name: NameLead, Text: subject}}
			if account := f.Text(NameAccount); account != "" {
				said.Fields = append(said.Fields, Field{Name: NameAccount, Text: account})
			}
			out = add(out, KindDeal.Subject(f.Text(NameDeal)), said)
		case credits(f):
			for _, said := range provenance(subject, l) {
				out = add(out, f.Origin, said)
			}
		}
	}
	return out
}

// credits reports whether a fact that a lead was told is that a deal, its origin, credits it.
func credits(f *Fact) bool { return f.Kind == event.KindDealCreated }

// provenance is where a lead came from: its capture, and the first qualification of each level. Each fact
// has an id of its own, so that those of one instant have an order.
func provenance(subject string, l *Lead) []Fact {
	var out []Fact
	if m := &l.Captured; m.Happened {
		out = append(out, Fact{Kind: event.KindLeadCaptured, Time: m.At, Origin: subject, Fields: dimFields(nil, m.Dims)})
	}
	for _, q := range [...]struct {
		level string
		*Moment
	}{{levelMQL, &l.MQL}, {levelSQL, &l.SQL}} {
		if q.Happened {
			out = append(out, Fact{
				Kind: event.KindLeadQualified, Time: q.At, ID: q.level, Origin: subject, Fields: []Field{{Name: NameLevel, Text: q.level}},
			})
		}
	}
	return out
}

// dimFields appends the fields that set dimensions.
func dimFields(fields []Field, dims *Dims) []Field {
	for dim, value := range dims {
		if value != "" {
			fields = append(fields, Field{Name: NameOwner + Name(dim), Text: value})
		}
	}
	return fields
}

// matter are the facts that what a lead or a deal tells depends on, in the room of a side: most entities
// tell nothing, and most facts change nothing of it.
func (t *Teller) matter(def *Definition, subject string, facts []Fact, side int) []Fact {
	matters := leadMatters
	if KindOf(subject) == KindDeal {
		matters = dealMatters
	}
	kinds := matters(def, facts)
	if kinds == nil {
		return nil
	}
	room := t.relevant[side][:0]
	for i := range facts {
		if kinds(&facts[i]) {
			room = append(room, facts[i])
		}
	}
	t.relevant[side] = room
	return room
}

// leadMatters is which facts of a lead matter; nil where it tells nothing.
func leadMatters(_ *Definition, facts []Fact) func(*Fact) bool {
	says := false
	for i := range facts {
		f := &facts[i]
		if f.Origin == "" && f.Kind == event.KindLeadMerged {
			return func(*Fact) bool { return true }
		}
		says = says || f.Kind == event.KindLeadConverted || credits(f)
	}
	if !says {
		return nil
	}
	return func(f *Fact) bool {
		switch f.Kind {
		case event.KindLeadConverted, event.KindLeadCaptured, event.KindLeadQualified:
			return true
		default:
			return credits(f)
		}
	}
}
