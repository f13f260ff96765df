package ledger

import (
	"slices"

	"weir.dev/weir/pkg/event"
)

// Evening is what an account was at the end of a day, until that of the next Evening.
type Evening struct {
	Day  event.Day
	Dims *Dims
	Live []Subscription // the live subscriptions, in the order of their first facts
}

// Customer reports whether the account was a customer on the evening.
func (e *Evening) Customer() bool { return len(e.Live) > 0 }

// Plan is the plan of the main one of its subscriptions on the evening (see Profile.Main), empty where that
// names none or none is live.
func (e *Evening) Plan() string {
	if s := mainOf(e.Live); s != nil {
		return s.Plan
	}
	return ""
}

// Seats is for how many users the live subscriptions are, all together.
func (e *Evening) Seats() (n int64) {
	for i := range e.Live {
		n += e.Live[i].Seats
	}
	return n
}

// Entitled reports whether a live subscription contains a feature.
func (e *Evening) Entitled(feature string) bool {
	return slices.ContainsFunc(e.Live, func(s Subscription) bool { return slices.Contains(s.Features, feature) })
}

// Features appends the features that the live subscriptions contain.
func (e *Evening) Features(to []string) []string {
	for i := range e.Live {
		to = append(to, e.Live[i].Features...)
	}
	return to
}

// EveningOf is what an account was on the evening of a day, nil before the first of its evenings.
func EveningOf(list []Evening, day event.Day) *Evening {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Day <= day {
			return &list[i]
		}
	}
	return nil
}

// evenings follows what an account was, from one evening to the next, in room that is used again.
type evenings struct {
	list []Evening
	live []Subscription
}

func (e *evenings) reset() { e.list, e.live = e.list[:0], e.live[:0] }

// note notes a profile as it is now as that of a day's end, in place of what was noted earlier that day.
func (e *evenings) note(p *Profile, day event.Day) {
	if n := len(e.list); n > 0 && e.list[n-1].Day == day {
		e.live = e.live[:len(e.live)-len(e.list[n-1].Live)]
		e.list = e.list[:n-1]
	}
	from := len(e.live)
	for i := range p.Subscriptions {
		if s := p.Subscriptions[i]; s.Live {
			s.Dims = p.room.with(p.Dims, DimProduct, s.Product)
			e.live = append(e.live, s)
		}
	}
	e.list = append(e.list, Evening{Day: day, Dims: p.Dims, Live: e.live[from:len(e.live):len(e.live)]})
}
