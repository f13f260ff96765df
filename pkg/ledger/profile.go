package ledger

import "weir.dev/weir/pkg/event"

// Profile is what is known of an account, at some time, that its own numbers and those of its parts (tickets,
// users, who answers surveys) are split and measured by: who it is, and what it subscribes to. An account
// applies the facts that were said of it, a part those that its account told it; both in the order of facts.
// It is valid until its folder folds again.
type Profile struct {
	Dims          *Dims          // owner, team, segment, region and industry, as last enriched; never nil once begun
	Subscriptions []Subscription // in the order of their first facts, those that are over among them

	room     *dimsRoom
	features []string
}

// begin makes it the profile of an account of which nothing is known, with dimensions from a room.
func (p *Profile) begin(room *dimsRoom) {
	p.room, p.Dims = room, room.none()
	p.Subscriptions, p.features = p.Subscriptions[:0], p.features[:0]
}

// apply applies a fact; it reports whether it is one that profiles are made of.
func (p *Profile) apply(def *Definition, fact *Fact) bool {
	switch {
	case fact.Kind == event.KindAccountEnriched:
		for i := range fact.Fields {
			if dim, ok := dimOf(fact.Fields[i].Name); ok {
				p.Dims = p.room.with(p.Dims, dim, fact.Fields[i].Text)
			}
		}
	case subscribes(fact.Kind):
		p.subscribe(def, fact)
	default:
		return false
	}
	return true
}

// subscribe applies a fact about a subscription. One whose start was not seen is not live; one that starts
// anew after its end is live again, as the new start says it.
func (p *Profile) subscribe(def *Definition, fact *Fact) {
	s := p.subscription(def, fact.Text(NameSubscription))
	switch fact.Kind {
	case event.KindSubscriptionStarted:
		s.begin(def)
		s.set(def, fact)
		p.list(s, fact)
	case event.KindSubscriptionChanged:
		s.set(def, fact)
		p.list(s, fact)
	case event.KindSubscriptionEnded:
		s.Live, s.Paused = false, false
	case event.KindSubscriptionPaused:
		s.Paused = s.Live
	case event.KindSubscriptionResumed:
		s.Paused = false
	}
}

// subscription is the subscription of an id, which is made where there is none.
func (p *Profile) subscription(def *Definition, id string) *Subscription {
	for i := range p.Subscriptions {
		if p.Subscriptions[i].ID == id {
			return &p.Subscriptions[i]
		}
	}
	s := Subscription{ID: id}
	s.begin(def)
	s.Live = false
	p.Subscriptions = append(p.Subscriptions, s)
	return &p.Subscriptions[len(p.Subscriptions)-1]
}

// list replaces the features of a subscription where a fact lists or clears them. An earlier list is not
// written over: who took the profile of an earlier time still has it.
func (p *Profile) list(s *Subscription, fact *Fact) {
	if !fact.Has(NameFeature) {
		return
	}
	from := len(p.features)
	for i := range fact.Fields {
		if v := &fact.Fields[i]; v.Name == NameFeature && !v.Clear {
			p.features = append(p.features, v.Text)
		}
	}
	s.Features = p.features[from:len(p.features):len(p.features)]
}

// Customer reports whether the account is a customer: one of its subscriptions is live.
func (p *Profile) Customer() bool { return p.Main() != nil }

// Main is the live subscription that what is one an account (a ticket, an answer) is split by: the one that
// is worth the most minor units a year, of equal ones the one with the smallest id; nil where none is live.
func (p *Profile) Main() *Subscription { return mainOf(p.Subscriptions) }

// mainOf is the main one of the live subscriptions of a list.
func mainOf(list []Subscription) *Subscription {
	var main *Subscription
	for i := range list {
		s := &list[i]
		if s.Live && (main == nil || main.Gross.less(s.Gross) || main.Gross == s.Gross && s.ID < main.ID) {
			main = s
		}
	}
	return main
}

// Plan is the plan of the main subscription, empty where it names none or none is live.
func (p *Profile) Plan() string {
	if s := p.Main(); s != nil {
		return s.Plan
	}
	return ""
}

// Seats is for how many users the live subscriptions are, all together; seated is false where none of them
// says so.
func (p *Profile) Seats() (n int64, seated bool) {
	for i := range p.Subscriptions {
		if s := &p.Subscriptions[i]; s.Live && s.Seated {
			n, seated = n+s.Seats, true
		}
	}
	return n, seated
}

// Entitled reports whether a live subscription contains a feature.
func (p *Profile) Entitled(feature string) bool {
	for i := range p.Subscriptions {
		if !p.Subscriptions[i].Live {
			continue
		}
		for _, f := range p.Subscriptions[i].Features {
			if f == feature {
				return true
			}
		}
	}
	return false
}
