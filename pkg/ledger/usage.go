package ledger

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// UsageDays is how long a use counts: who used something is active on that day and on the 27 after it.
const UsageDays = 28

// Usage is the life of a user of an account, or of a feature that an account uses. It is valid until its folder
// folds again.
type Usage struct {
	Account  string          // id
	Feature  string          // of a feature
	Active   []calendar.Span // days on which it counts as used, in order, apart from each other
	Settings []Setting       // what the account was, from evening to evening
}

// UsageFolder folds the facts of users and of features into lives, one at a time, in room that it uses again.
type UsageFolder struct {
	usage    Usage
	dims     dimsRoom
	settings settings
}

// Fold is the life of the user or feature of a subject that facts, which must be sorted, add up to as far as
// they were known by day k.
func (f *UsageFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Usage {
	f.dims.reset()
	u := &f.usage
	u.Account, u.Feature, u.Active = KindAccount.ID(AccountOf(subject)), "", u.Active[:0]
	if KindOf(subject) == KindFeature {
		u.Feature = PartID(subject)
	}
	f.settings.begin(&f.dims, u.Feature)
	for i := range facts {
		fact := &facts[i]
		if !fact.KnownBy(k) || f.settings.apply(def, fact) || fact.Kind != event.KindUsageRecorded {
			continue
		}
		u.use(def.Day(fact.Time))
	}
	u.Settings = f.settings.list
	return u
}

// use adds a day of use, not before those that were added.
func (u *Usage) use(day event.Day) {
	if n := len(u.Active); n > 0 && day <= u.Active[n-1].To {
		u.Active[n-1].To = day + UsageDays
		return
	}
	u.Active = append(u.Active, calendar.Span{From: day, To: day + UsageDays})
}
