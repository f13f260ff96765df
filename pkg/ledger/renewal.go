package ledger

import (
	"math"

	"weir.dev/weir/pkg/event"
)

// Renewal is the life of a renewal. It is valid until its folder folds again.
type Renewal struct {
	Account      string // id
	ID           string
	Announced    bool // a renewal.due named its day; without one nothing else counts
	Due          event.Day
	Amount       int64 // up for renewal, minor units of Currency
	Currency     string
	Subscription string // id, empty where the renewal names none
	Plan         string // of that subscription, else of the account's main one, on the evening of the due day
	Dims         *Dims  // the account's on that evening, with its own owner and segment, and the product

	Renewed  bool
	Lost     bool      // and not renewed: one that was said to be both is renewed
	Closed   event.Day // of the first renewal.renewed, else of the first renewal.lost
	Worth    int64     // what it was renewed for, as said last, minor units of WorthIn
	WorthIn  string
	Reason   string    // of the loss
	Evenings []Evening // of its account
	lostOn   event.Day
}

// Open reports whether the renewal is neither renewed nor lost.
func (r *Renewal) Open() bool { return r.Announced && !r.Renewed && !r.Lost }

// RenewalFolder folds the facts of renewals into lives, one at a time, in room that it uses again.
type RenewalFolder struct {
	renewal  Renewal
	dims     dimsRoom
	profile  Profile
	evenings evenings
	owner    string
	segment  string
}

// Fold is the life of the renewal of a subject that facts, which must be sorted, add up to as far as they were
// known by day k.
func (f *RenewalFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Renewal {
	return f.fold(def, subject, facts, k, math.MaxInt64)
}

// FoldUntil is Fold of the facts that happened up to the evening of a day.
func (f *RenewalFolder) FoldUntil(def *Definition, subject string, facts []Fact, k, day event.Day) *Renewal {
	return f.fold(def, subject, facts, k, def.Calendar.Start(day+1))
}

func (f *RenewalFolder) fold(def *Definition, subject string, facts []Fact, k event.Day, before int64) *Renewal {
	f.dims.reset()
	f.profile.begin(&f.dims)
	f.evenings.reset()
	f.owner, f.segment = "", ""
	f.renewal = Renewal{Account: KindAccount.ID(AccountOf(subject)), ID: PartID(subject)}
	for i := range facts {
		fact := &facts[i]
		switch {
		case fact.Time >= before || !fact.KnownBy(k):
		case f.profile.apply(def, fact):
			f.evenings.note(&f.profile, def.Day(fact.Time))
		case fact.Origin == "":
			f.apply(def, fact)
		}
	}
	r := &f.renewal
	if r.Lost = r.Lost && !r.Renewed; r.Lost {
		r.Closed = r.lostOn
	}
	r.Evenings = f.evenings.list
	f.place()
	return r
}

func (f *RenewalFolder) apply(def *Definition, fact *Fact) {
	r, day := &f.renewal, def.Day(fact.Time)
	switch fact.Kind {
	case event.KindRenewalDue:
		f.due(def, fact)
	case event.KindRenewalRenewed:
		if !r.Renewed {
			r.Renewed, r.Closed = true, day
		}
		r.Worth, r.WorthIn = amountOf(def, fact)
	case event.KindRenewalLost:
		if !r.Lost {
			r.Lost, r.lostOn, r.Reason = true, day, fact.Text(NameReason)
		}
	}
}

// due takes what was said last of what is due. Owner, segment and subscription stay where they are not said
// again.
func (f *RenewalFolder) due(def *Definition, fact *Fact) {
	r := &f.renewal
	r.Announced = true
	r.Amount, r.Currency = amountOf(def, fact)
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameDue:
			r.Due = event.Day(v.Int)
		case NameOwner:
			f.owner = v.Text
		case NameSegment:
			f.segment = v.Text
		case NameSubscription:
			r.Subscription = v.Text
		}
	}
}

// amountOf is the amount of a fact in minor units of its currency, the tenant's where it names none.
func amountOf(def *Definition, fact *Fact) (amount int64, currency string) {
	if currency = fact.Text(NameCurrency); currency == "" {
		currency = def.Currency
	}
	for i := range fact.Fields {
		if v := &fact.Fields[i]; v.Name == NameAmount {
			amount = minor(v.Int, v.Scale, currency)
		}
	}
	return amount, currency
}

// place works out where the renewal counts: by what its account was on the evening of the due day. A
// subscription that is over by then still says its product and plan.
func (f *RenewalFolder) place() {
	r := &f.renewal
	r.Dims = f.dims.none()
	var of *Subscription
	if evening := EveningOf(r.Evenings, r.Due); evening != nil {
		r.Dims = evening.Dims
		of = mainOf(evening.Live)
	}
	for i := range r.Evenings {
		if r.Evenings[i].Day > r.Due {
			break
		}
		if s := r.Evenings[i].subscription(r.Subscription); s != nil {
			of = s
		}
	}
	if of != nil {
		r.Plan = of.Plan
		r.Dims = f.dims.with(r.Dims, DimProduct, of.Product)
	}
	if f.owner != "" {
		r.Dims = f.dims.with(r.Dims, DimOwner, f.owner)
	}
	if f.segment != "" {
		r.Dims = f.dims.with(r.Dims, DimSegment, f.segment)
	}
}
