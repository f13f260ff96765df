package ledger

import "weir.dev/weir/pkg/event"

// OpenSpan is a time in which a ticket was open.
type OpenSpan struct {
	From, To       int64 // milliseconds
	FromDay, ToDay event.Day
	Ended          bool // else it lasts, and there is no To
}

// Ticket is the life of a ticket. It is valid until its folder folds again.
type Ticket struct {
	Account  string // id
	Priority string
	Category string

	HasOpening bool
	Day        event.Day // of the first ticket.opened
	Opened     Setting   // what the account was on that day

	Open     []OpenSpan
	Resolved bool      // it was, and was not opened again since
	End      event.Day // of the last resolution
	Closed   Setting   // what the account was then
	Early    bool      // it was said to be resolved before it was opened, and was not since

	Settings []Setting // what the account was, from evening to evening
}

// Seconds is how long the ticket was open, all its spans that ended together.
func (t *Ticket) Seconds() int64 {
	var ms int64
	for i := range t.Open {
		if t.Open[i].Ended {
			ms += t.Open[i].To - t.Open[i].From
		}
	}
	return ms / 1000
}

// TicketFolder folds the facts of tickets into lives, one at a time, in room that it uses again.
type TicketFolder struct {
	ticket   Ticket
	dims     dimsRoom
	settings settings
}

// Fold is the life of the ticket of a subject that facts, which must be sorted, add up to as far as they were
// known by day k. One that is opened again is one ticket; it is open from its first opening, or reopening.
func (f *TicketFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Ticket {
	f.dims.reset()
	f.settings.begin(&f.dims, "")
	f.ticket = Ticket{Account: KindAccount.ID(AccountOf(subject)), Open: f.ticket.Open[:0]}
	for i := range facts {
		if fact := &facts[i]; fact.KnownBy(k) && !f.settings.apply(def, fact) {
			f.apply(def, fact)
		}
	}
	t := &f.ticket
	t.Opened, t.Closed = f.settings.onDay(t.Opened, t.Day), f.settings.onDay(t.Closed, t.End)
	t.Settings = f.settings.list
	return t
}

func (f *TicketFolder) apply(def *Definition, fact *Fact) {
	t, day := &f.ticket, def.Day(fact.Time)
	switch fact.Kind {
	case event.KindTicketOpened:
		if !t.HasOpening {
			t.HasOpening, t.Day, t.Opened = true, day, f.settings.now
			t.Priority, t.Category = fact.Text(NamePriority), fact.Text(NameCategory)
			t.Early = t.Resolved && len(t.Open) == 0
		}
		t.open(fact.Time, day)
	case event.KindTicketReopened:
		t.open(fact.Time, day)
	case event.KindTicketResolved:
		if t.Resolved {
			return
		}
		if n := len(t.Open); n > 0 {
			t.Open[n-1].To, t.Open[n-1].ToDay, t.Open[n-1].Ended = fact.Time, day, true
		}
		t.Resolved, t.End, t.Closed, t.Early = true, day, f.settings.now, false
	}
}

// open begins a span, unless one lasts.
func (t *Ticket) open(at int64, day event.Day) {
	t.Resolved = false
	if n := len(t.Open); n == 0 || t.Open[n-1].Ended {
		t.Open = append(t.Open, OpenSpan{From: at, FromDay: day})
	}
}
