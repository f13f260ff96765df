package ledger

import "weir.dev/weir/pkg/event"

// Account is the life of an account. It is valid until its folder folds again.
type Account struct {
	ID         string
	Activities []Activity
	Evenings   []Evening    // of the days on which a fact of its profile happened, in their order
	Wins       []AccountWin // in order: the first is the earliest
	Starts     []int64      // when subscriptions started, milliseconds, in order
}

// AccountFolder folds the facts of accounts into lives, one at a time, in room that it uses again.
type AccountFolder struct {
	account  Account
	dims     dimsRoom
	profile  Profile
	evenings evenings

	activities activities
}

// Fold is the life that facts, which must be sorted, add up to as far as they were known by day k.
func (f *AccountFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Account {
	f.dims.reset()
	f.profile.begin(&f.dims)
	f.account = Account{
		ID: KindAccount.ID(subject), Wins: f.account.Wins[:0], Starts: f.account.Starts[:0],
	}
	f.evenings.reset()
	f.activities.reset()
	none := f.dims.none()
	for i := range facts {
		fact := &facts[i]
		switch {
		case !fact.KnownBy(k):
		case fact.Kind == event.KindActivityLogged:
			f.activities.add(activity(def, &f.dims, f.profile.Dims, fact))
		case fact.Kind == event.KindDealWon:
			f.account.Wins = append(f.account.Wins, win(def, &f.dims, none, fact))
		case f.profile.apply(def, fact):
			f.evenings.note(&f.profile, def.Day(fact.Time))
			if fact.Kind == event.KindSubscriptionStarted {
				f.account.Starts = append(f.account.Starts, fact.Time)
			}
		}
	}
	f.account.Activities, f.account.Evenings = f.activities.list, f.evenings.list
	return &f.account
}
