package company

import (
	"math"
	"slices"
	"time"
)

// subscription is what a customer pays for again and again.
type subscription struct {
	id       string
	buyer    *customer
	product  string
	plan     plan
	tier     string
	seats    int
	price    float64 // of a seat for the plan's interval
	discount int     // percent
	months   int     // of its contract
	renewal  *renewal
	live     bool
	paused   bool
}

var tiers = []string{"standard", "plus"}

// annual is what it comes to in a year, after the discount.
func (s *subscription) annual() float64 {
	return s.price * s.intervals() * float64(s.seats) * float64(100-s.discount) / 100
}

// intervals is how often it is billed in a year.
func (s *subscription) intervals() float64 {
	if s.plan.interval == "month" {
		return 12
	}
	return 1
}

// deliver begins what was sold: the contract is signed, and the subscription starts when the customer is
// set up.
func (c *Company) deliver(d *deal, b *customer) {
	wait := c.work(c.days(8, 0.5))
	fee := math.Round(0.04 * d.amount)
	begins := c.stamp().Add(wait)
	c.in(min(c.work(c.days(1, 0.5)), wait), func() { c.sign(d, fee, begins) })
	c.in(wait, func() {
		if d.won && d.delivered == nil {
			d.delivered = c.start(b, d.product.name, d.amount*12/float64(d.term), d.term, fee)
		}
	})
}

// sign signs the contract of a deal that is won still, from the day of begins on.
func (c *Company) sign(d *deal, fee float64, begins time.Time) {
	if !d.won {
		return
	}
	c.say("contract.signed", d.subject(), map[string]any{
		"amount": cents(d.amount + fee), "one_time": cents(fee), "currency": d.region.currency,
		"start": begins.Format(time.DateOnly), "end": begins.AddDate(0, d.term, -1).Format(time.DateOnly),
	})
}

// start begins a subscription that is to come to so much a year, and to a fee once.
func (c *Company) start(b *customer, product string, yearly float64, months int, fee float64) *subscription {
	s := &subscription{
		id: c.name("S", &c.count.subscriptions), buyer: b, product: product, plan: b.segment.plan, tier: tiers[0],
		months: months, live: true,
	}
	s.seats = max(1, int(math.Round(c.around(float64(s.plan.seats), 0.3))))
	if c.chance(0.3) {
		s.discount = 5 * (1 + c.rng.IntN(4))
	}
	s.price = math.Round(10000*yearly/s.intervals()/float64(s.seats)/float64(100-s.discount)) / 100
	for len(b.users) < s.seats {
		b.users = append(b.users, c.name("U", &c.count.users))
	}
	if b.gone() {
		c.introduce(b)
	}
	data := map[string]any{
		"subscription": s.id, "price": cents(s.price), "interval": s.plan.interval, "quantity": s.seats, "seats": s.seats,
		"currency": b.region.currency, "product": product, "plan": s.plan.name, "tier": s.tier,
		"features": features[:s.plan.features], "one_time": cents(fee),
	}
	if s.discount > 0 {
		data["discount_percent"] = s.discount
	}
	c.say("subscription.started", b.subject(), data)
	b.held = append(b.held, s)
	c.expect(s, months)
	c.attend(b)
	return s
}

// change tells of what a subscription is from now on, and what its renewal would come to.
func (c *Company) change(s *subscription, data map[string]any) {
	data["subscription"] = s.id
	c.say("subscription.changed", s.buyer.subject(), data)
	if r := s.renewal; r != nil && !r.over {
		c.announce(r)
	}
}

// resize changes the number of seats.
func (c *Company) resize(s *subscription, factor float64) {
	seats := max(1, int(math.Round(float64(s.seats)*factor)))
	if seats == s.seats {
		seats += int(math.Copysign(1, factor-1))
	}
	if !s.live || seats < 1 {
		return
	}
	s.seats = seats
	for len(s.buyer.users) < seats {
		s.buyer.users = append(s.buyer.users, c.name("U", &c.count.users))
	}
	c.change(s, map[string]any{"quantity": seats, "seats": seats})
}

// redo makes a subscription cost so many times what it did.
func (c *Company) redo(s *subscription, factor float64) {
	s.price = math.Round(100*s.price*factor) / 100
	c.change(s, map[string]any{"price": cents(s.price)})
}

// upgrade moves a subscription to the better tier, or to more seats where it has it.
func (c *Company) upgrade(s *subscription, factor float64) {
	if s.tier == tiers[1] {
		c.resize(s, factor)
		return
	}
	s.tier = tiers[1]
	s.price = math.Round(100*s.price*factor) / 100
	c.change(s, map[string]any{"tier": s.tier, "price": cents(s.price)})
}

// alter is what may change in a month without a deal.
func (c *Company) alter(b *customer) {
	s, h := pick(c, b.held), b.health()
	later := func(do func()) {
		c.in(c.work(c.between(0, 25*day)), func() {
			if s.live {
				do()
			}
		})
	}
	switch at := c.rng.Float64(); {
	case at < 0.020*h:
		later(func() { c.resize(s, 1.3) })
	case at < 0.030:
		if h < 0.65 {
			later(func() { c.resize(s, 0.75) })
		}
	case at < 0.036:
		later(func() { c.discount(s) })
	case at < 0.042 && s.plan.interval == "month":
		later(func() { c.pause(s) })
	case at < 0.042+0.02*(1-h) && s.plan.interval == "month":
		later(func() { c.end(s, "cancelled by the customer") })
	}
}

// discount gives one, or ends the one that there is.
func (c *Company) discount(s *subscription) {
	if s.discount > 0 {
		s.discount = 0
	} else {
		s.discount = 10
	}
	c.change(s, map[string]any{"discount_percent": s.discount})
}

// pause interrupts a subscription for some weeks.
func (c *Company) pause(s *subscription) {
	if s.paused {
		return
	}
	s.paused = true
	c.say("subscription.paused", s.buyer.subject(), map[string]any{"subscription": s.id, "reason": "out of season"})
	c.in(c.work(c.days(40, 0.3)), func() {
		s.paused = false
		if s.live {
			c.say("subscription.resumed", s.buyer.subject(), map[string]any{"subscription": s.id})
		}
	})
}

// end ends a subscription, and what was expected of it.
func (c *Company) end(s *subscription, reason string) {
	if !s.live {
		return
	}
	s.live = false
	b := s.buyer
	b.held = slices.DeleteFunc(b.held, func(o *subscription) bool { return o == s })
	c.say("subscription.ended", b.subject(), map[string]any{"subscription": s.id, "reason": reason})
	if r := s.renewal; r != nil && !r.over {
		c.lapse(r, reason)
	}
	if b.gone() && reason != rescinded && c.chance(0.25) {
		c.in(c.work(c.days(70, 0.5)), func() { c.regain(b) })
	}
}
