package ledger

import (
	"slices"

	"weir.dev/weir/pkg/event"
)

// Account is the life of an account. It is valid until its folder folds again.
type Account struct {
	ID         string
	Activities []Activity
	Evenings   []Evening    // of the days on which a fact of its profile happened, in their order
	Wins       []AccountWin // in order: the first is the earliest
}

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

// AccountFolder folds the facts of accounts into lives, one at a time, in room that it uses again.
type AccountFolder struct {
	account Account
	dims    dimsRoom
	profile Profile
	live    []Subscription
}

// Fold is the life that facts, which must be sorted, add up to as far as they were known by day k.
func (f *AccountFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Account {
	f.dims.reset()
	f.profile.begin(&f.dims)
	f.account = Account{ID: KindAccount.ID(subject), Activities: f.account.Activities[:0], Evenings: f.account.Evenings[:0], Wins: f.account.Wins[:0]}
	f.live = f.live[:0]
	none := f.dims.none()
	for i := range facts {
		fact := &facts[i]
		switch {
		case !fact.KnownBy(k):
		case fact.Kind == event.KindActivityLogged:
			f.account.Activities = append(f.account.Activities, activity(def, &f.dims, f.profile.Dims, fact))
		case fact.Kind == event.KindDealWon:
			f.account.Wins = append(f.account.Wins, win(def, &f.dims, none, fact))
		case f.profile.apply(def, fact):
			f.evening(def.Day(fact.Time))
		}
	}
	return &f.account
}

// evening notes the profile as it is now as that of a day's end, in place of what was noted earlier that day.
func (f *AccountFolder) evening(day event.Day) {
	a := &f.account
	if n := len(a.Evenings); n > 0 && a.Evenings[n-1].Day == day {
		f.live = f.live[:len(f.live)-len(a.Evenings[n-1].Live)]
		a.Evenings = a.Evenings[:n-1]
	}
	from := len(f.live)
	for i := range f.profile.Subscriptions {
		if s := f.profile.Subscriptions[i]; s.Live {
			s.Dims = f.dims.with(f.profile.Dims, DimProduct, s.Product)
			f.live = append(f.live, s)
		}
	}
	a.Evenings = append(a.Evenings, Evening{Day: day, Dims: f.profile.Dims, Live: f.live[from:len(f.live):len(f.live)]})
}
