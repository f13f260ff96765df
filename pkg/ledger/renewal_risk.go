package ledger

import (
	"slices"

	"weir.dev/weir/pkg/event"
)

// Risk is a rule by which an open renewal is at risk. Each rests on facts alone.
type Risk string

// The rules, in the order in which they are told.
const (
	RiskOverdue Risk = "overdue"             // its day has passed
	RiskEnded   Risk = "subscription_ended"  // what it renews is over: its subscription, or all that the account had
	RiskPaused  Risk = "subscription_paused" // what it renews is paused
	RiskFell    Risk = "mrr_fell"            // its account is worth less, in the renewal's currency, than riskDays before
)

// Risks are all rules.
var Risks = []Risk{RiskOverdue, RiskEnded, RiskPaused, RiskFell}

// riskDays is how far back an account is compared with.
const riskDays = 90

// Risks are the rules that hold on the evening of a day, none for a renewal that is not open.
func (r *Renewal) Risks(day event.Day) []Risk {
	var list []Risk
	if !r.Open() {
		return list
	}
	if r.Due < day {
		list = append(list, RiskOverdue)
	}
	now := EveningOf(r.Evenings, day)
	if now == nil {
		return list
	}
	live, paused := now.renews(r.Subscription)
	if !live && r.had(day) {
		list = append(list, RiskEnded)
	}
	if paused {
		list = append(list, RiskPaused)
	}
	if before := EveningOf(r.Evenings, day-riskDays); before != nil && now.worth(r.Currency).less(before.worth(r.Currency)) {
		list = append(list, RiskFell)
	}
	return list
}

// had reports whether what it renews was live on an evening up to a day.
func (r *Renewal) had(day event.Day) bool {
	return slices.ContainsFunc(r.Evenings, func(e Evening) bool {
		live, _ := e.renews(r.Subscription)
		return live && e.Day <= day
	})
}

// renews reports whether the subscription of an id is live, and paused; where the id is empty, whether any
// is, and all are.
func (e *Evening) renews(id string) (live, paused bool) {
	if id != "" {
		s := e.subscription(id)
		return s != nil, s != nil && s.Paused
	}
	live = e.Customer()
	return live, live && !slices.ContainsFunc(e.Live, func(s Subscription) bool { return !s.Paused })
}

// subscription is the live subscription of an id, nil where there is none.
func (e *Evening) subscription(id string) *Subscription {
	for i := range e.Live {
		if e.Live[i].ID == id {
			return &e.Live[i]
		}
	}
	return nil
}

// worth is what the live subscriptions in a currency are worth a year.
func (e *Evening) worth(currency string) Annual {
	var sum Annual
	for i := range e.Live {
		if e.Live[i].Currency == currency {
			sum = sum.Plus(e.Live[i].Gross)
		}
	}
	return sum
}
