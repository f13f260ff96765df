package ledger

import "weir.dev/weir/pkg/event"

// Moment is something that happened to a lead, with the dimensions in force.
type Moment struct {
	Happened bool
	At       int64
	Day      event.Day
	Dims     *Dims
	Rule     string // of a qualification
}

// The levels of qualification.
const (
	levelMQL = "mql"
	levelSQL = "sql"
)

// Lead is the life of a lead. It is valid until its folder folds again.
type Lead struct {
	Captured     Moment // the earliest capture, its own or that of a lead merged into it
	MQL          Moment // the first qualification of that level
	SQL          Moment
	Converted    Moment // the first conversion
	Disqualified Moment // the first, even if it was qualified again
	Won          Moment // the earliest win of a deal that credits it
	Closed       Moment // the earliest end of a deal that credits it, won or lost
	Activities   []Activity
	Gone         bool
	Into         string // the survivor, where it was merged
}

// LeadFolder folds the facts of leads into lives, one at a time, in room that it uses again.
type LeadFolder struct {
	lead Lead
	dims dimsRoom
	now  *Dims

	activities activities
}

// Fold is the life that facts, which must be sorted, add up to as far as they were known by day k.
func (f *LeadFolder) Fold(def *Definition, _ string, facts []Fact, k event.Day) *Lead {
	f.dims.reset()
	f.activities.reset()
	f.lead = Lead{}
	f.now = f.dims.none()
	for i := range facts {
		if facts[i].KnownBy(k) {
			f.apply(def, &facts[i])
		}
	}
	return &f.lead
}

func (f *LeadFolder) apply(def *Definition, fact *Fact) {
	l := &f.lead
	switch fact.Kind {
	case event.KindActivityLogged:
		f.activities.add(activity(def, &f.dims, f.now, fact))
		l.Activities = f.activities.list
	case event.KindLeadCaptured:
		for i := range fact.Fields {
			if dim, ok := dimOf(fact.Fields[i].Name); ok && !l.Captured.Happened {
				f.now = f.dims.with(f.now, dim, fact.Fields[i].Text)
			}
		}
		f.first(&l.Captured, def, fact)
	case event.KindLeadQualified:
		if fact.Text(NameLevel) == levelMQL {
			f.first(&l.MQL, def, fact)
		} else {
			f.first(&l.SQL, def, fact)
		}
	case event.KindLeadConverted:
		f.first(&l.Converted, def, fact)
	case event.KindLeadDisqualified:
		f.first(&l.Disqualified, def, fact)
	case event.KindDealWon: // told by a deal
		f.first(&l.Won, def, fact)
		f.first(&l.Closed, def, fact)
	case event.KindDealLost:
		f.first(&l.Closed, def, fact)
	case event.KindLeadMerged:
		if fact.Origin == "" {
			l.Gone, l.Into = true, fact.Text(NameInto)
		}
	}
}

// first notes a moment, unless it had happened before.
func (f *LeadFolder) first(m *Moment, def *Definition, fact *Fact) {
	if !m.Happened {
		*m = Moment{Happened: true, At: fact.Time, Day: def.Day(fact.Time), Dims: f.now, Rule: fact.Text(NameRule)}
	}
}
