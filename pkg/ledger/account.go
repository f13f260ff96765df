package ledger

import "weir.dev/weir/pkg/event"

// Account is the life of an account. It is valid until its folder folds again.
type Account struct {
	Activities []Activity
}

// AccountFolder folds the facts of accounts into lives, one at a time, in room that it uses again.
type AccountFolder struct {
	account Account
	dims    dimsRoom
}

// Fold is the life that facts, which must be sorted, add up to as far as they were known by day k.
func (f *AccountFolder) Fold(def *Definition, _ string, facts []Fact, k event.Day) *Account {
	f.dims.reset()
	f.account = Account{Activities: f.account.Activities[:0]}
	none := f.dims.none()
	for i := range facts {
		if facts[i].Kind == event.KindActivityLogged && facts[i].KnownBy(k) {
			f.account.Activities = append(f.account.Activities, activity(def, &f.dims, none, &facts[i]))
		}
	}
	return &f.account
}
