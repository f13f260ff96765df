package ledger

import (
	"cmp"
	"iter"

	"weir.dev/weir/pkg/event"
)

// Activity is something that was done and logged.
type Activity struct {
	At        int64
	Day       event.Day
	Kind      string
	Direction string
	ID        string // the sender's, empty where it gave none
	Thread    string
	ReplyTo   string // the id of the activity that it answers
	Dims      *Dims  // of what it was done for, at that time, but for the owner, who is its own where it names one

	owned  bool    // it names its owner
	people []Field // of the fact: contacts, each followed by its role where it has one
}

// Internal reports whether nobody from outside took part.
func (a *Activity) Internal() bool { return a.Direction == "internal" }

// Meeting reports whether it is a meeting with somebody from outside.
func (a *Activity) Meeting() bool { return a.Kind == "meeting" && !a.Internal() }

// People are the contacts that took part, each with the role that the activity gives it, empty for none.
func (a *Activity) People() iter.Seq2[string, string] {
	return func(yield func(contact, role string) bool) {
		for i := 0; i < len(a.people); {
			contact, role := a.people[i].Text, ""
			if i++; i < len(a.people) && a.people[i].Name == NameRole {
				role = a.people[i].Text
				i++
			}
			if !yield(contact, role) {
				return
			}
		}
	}
}

// activity reads a logged activity, made while dims were in force.
func activity(def *Definition, room *dimsRoom, dims *Dims, fact *Fact) Activity {
	a := Activity{At: fact.Time, Day: def.Day(fact.Time)}
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameKind:
			a.Kind = v.Text
		case NameDirection:
			a.Direction = v.Text
		case NameOwner:
			dims, a.owned = room.with(dims, DimOwner, v.Text), true
		case NameID:
			a.ID = v.Text
		case NameThread:
			a.Thread = v.Text
		case NameReplyTo:
			a.ReplyTo = v.Text
		case NameContact:
			if a.people == nil {
				a.people = fact.Fields[i:] // participants come last
			}
		}
	}
	a.Dims = dims
	return a
}

// activities collects those of an entity. One that is logged again under its id, by another system or with more to
// say, is the same activity.
type activities struct {
	list []Activity
	byID map[string]int // places in the list
}

func (l *activities) reset() {
	l.list = l.list[:0]
	clear(l.byID)
}

// place is where the activity of an id stands, the end of the list where there is none.
func (l *activities) place(id string) int {
	if i, ok := l.byID[id]; ok {
		return i
	}
	return len(l.list)
}

func (l *activities) add(a Activity) {
	i := l.place(a.ID)
	if i < len(l.list) {
		l.list[i].again(&a)
		return
	}
	if a.ID != "" {
		if l.byID == nil {
			l.byID = map[string]int{}
		}
		l.byID[a.ID] = i
	}
	l.list = append(l.list, a)
}

// again takes what is said of the activity once more. It stays where it was in time.
func (a *Activity) again(more *Activity) {
	a.Kind = more.Kind
	a.Direction = cmp.Or(more.Direction, a.Direction)
	a.Thread = cmp.Or(more.Thread, a.Thread)
	a.ReplyTo = cmp.Or(more.ReplyTo, a.ReplyTo)
	if more.owned {
		a.Dims, a.owned = more.Dims, true
	}
	if more.people != nil {
		a.people = more.people
	}
}

// Appointment is an activity that was scheduled. It lies ahead on the evenings from the day on which it was
// scheduled until Until: the day for which it is, or an earlier one on which it was cancelled, held (logged
// under its id) or scheduled anew.
type Appointment struct {
	Kind  string
	Day   event.Day // on which it was scheduled
	Until event.Day

	id string
}

// Role is the part that a contact plays in a deal, from an instant on.
type Role struct {
	Contact string
	Role    string
	At      int64
}

// RolesIn are the roles of those who took part in an activity: what it says of them, what they were in force
// by then, and what they were set to later, which corrects what was not known before. A role may come twice.
func (d *Deal) RolesIn(a *Activity) iter.Seq[string] {
	return func(yield func(role string) bool) {
		for contact, own := range a.People() {
			inForce := ""
			if own != "" && !yield(own) {
				return
			}
			for i := range d.Roles {
				switch r := &d.Roles[i]; {
				case !samePerson(r.Contact, contact):
				case r.At <= a.At:
					inForce = r.Role
				case !yield(r.Role):
					return
				}
			}
			if inForce != "" && !yield(inForce) {
				return
			}
		}
	}
}

// Tag is a competitor that was named.
type Tag struct {
	Competitor string
	At         int64
}

// Elements is how many elements a qualification has (MEDDIC).
const Elements = 6

// Qualification is an element of a deal's qualification that was filled, or emptied.
type Qualification struct {
	Element string
	Filled  bool
	Day     event.Day
}

// beside folds a fact of what is kept beside a deal, said of it or of a deal that was merged into it; false
// for any other.
func (f *DealFolder) beside(fact *Fact) bool {
	d := &f.deal
	switch fact.Kind {
	case event.KindActivityLogged:
		a := activity(f.def, &f.dims, d.Final.Dims, fact)
		f.activities.add(a)
		d.Activities = f.activities.list
		f.settle(a.ID, a.Day)
	case event.KindActivityScheduled:
		f.schedule(fact)
	case event.KindActivityCancelled:
		f.settle(fact.Text(NameID), f.def.Day(fact.Time))
	case event.KindContactRoleSet:
		d.Roles = append(d.Roles, Role{Contact: fact.Text(NameContact), Role: fact.Text(NameRole), At: fact.Time})
	case event.KindCompetitorTagged:
		d.Competitors = append(d.Competitors, Tag{Competitor: fact.Text(NameCompetitor), At: fact.Time})
	case event.KindDealQualificationSet:
		d.Qualifications = append(d.Qualifications, Qualification{
			Element: fact.Text(NameElement), Filled: fact.Text(NameState) == "filled", Day: f.def.Day(fact.Time),
		})
	default:
		return false
	}
	return true
}

// schedule notes an appointment, in place of one of the same id.
func (f *DealFolder) schedule(fact *Fact) {
	a := Appointment{id: fact.Text(NameID), Kind: fact.Text(NameKind), Day: f.def.Day(fact.Time)}
	for i := range fact.Fields {
		if fact.Fields[i].Name == NameAt {
			a.Until = f.def.Day(fact.Fields[i].Int)
		}
	}
	f.settle(a.id, a.Day)
	f.deal.Appointments = append(f.deal.Appointments, a)
}

// settle ends on a day what was scheduled under an id. Facts come in the order of time, so what was over
// before is not looked at again.
func (f *DealFolder) settle(id string, day event.Day) {
	list := f.deal.Appointments
	for f.past < len(list) && list[f.past].Until <= day {
		f.past++
	}
	for i := len(list) - 1; i >= f.past && id != ""; i-- {
		if list[i].id == id {
			list[i].Until = min(list[i].Until, max(day, list[i].Day))
			return
		}
	}
}
