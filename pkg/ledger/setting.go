package ledger

import "weir.dev/weir/pkg/event"

// Setting is what the account of a part was at some time, as far as the part is counted by it.
type Setting struct {
	Day      event.Day // from its evening on; of the first, which knows nothing, the first of all days
	Dims     *Dims
	Plan     string // of the account's main subscription
	SignedUp bool   // something had been told of the account: an enrichment or a subscription
	Customer bool   // it had a live subscription
	Seated   bool   // its live subscriptions have seats
	Entitled bool   // they contain the part's feature
}

// same reports whether two settings count the same, whatever their days.
func (s *Setting) same(o *Setting) bool {
	return s.Plan == o.Plan && s.SignedUp == o.SignedUp && s.Customer == o.Customer && s.Seated == o.Seated && s.Entitled == o.Entitled &&
		(s.Dims == o.Dims || *s.Dims == *o.Dims)
}

// settings follows what the account of a part was, from one evening to the next.
type settings struct {
	profile Profile
	feature string
	now     Setting
	list    []Setting
}

// begin starts with an account of which nothing is known. feature is that of the part, empty where it is none.
func (s *settings) begin(room *dimsRoom, feature string) {
	s.profile.begin(room)
	s.feature = feature
	s.now = Setting{Dims: s.profile.Dims}
	s.list = append(s.list[:0], s.now)
}

// apply applies a fact that the account told; it reports whether it was one of its profile.
func (s *settings) apply(def *Definition, fact *Fact) bool {
	if !s.profile.apply(def, fact) {
		return false
	}
	seats, _ := s.profile.Seats()
	s.now = Setting{
		Day: def.Day(fact.Time), Dims: s.profile.Dims, Plan: s.profile.Plan(), SignedUp: true, Customer: s.profile.Customer(),
		Seated: seats > 0, Entitled: s.feature != "" && s.profile.Entitled(s.feature),
	}
	n := len(s.list)
	if s.list[n-1].Day == s.now.Day && n > 1 {
		n--
		s.list = s.list[:n]
	}
	if !s.list[n-1].same(&s.now) {
		s.list = append(s.list, s.now)
	}
	return true
}

// onDay is what the account was at a moment that at was in force, or came to be later that day: what a day's
// facts say of an account holds for all that happened to its parts on that day.
func (s *settings) onDay(at Setting, day event.Day) Setting {
	evening := s.list[0]
	for _, later := range s.list[1:] {
		if later.Day > day {
			break
		}
		evening = later
	}
	at.SignedUp = at.SignedUp || evening.SignedUp
	at.Customer = at.Customer || evening.Customer
	return at
}
