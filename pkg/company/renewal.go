package company

import "time"

// renewal is the day on which a contract runs out, and what becomes of it.
type renewal struct {
	id   string
	of   *subscription
	at   time.Time // in the simulation
	due  string    // the same day, as events say it
	over bool
}

// ahead is how long before the day the sellers begin to talk of it.
const ahead = 100 * day

// reasons are why customers do not renew.
var reasons = []string{"price", "not used enough", "missing features", "budget cut", "went to a competitor", "sponsor left"}

// expect puts the end of a contract of so many months on the agenda.
func (c *Company) expect(s *subscription, months int) {
	term := time.Duration(months) * year / 12
	r := &renewal{id: c.name("R", &c.count.renewals), of: s, at: c.now.Add(term), due: c.date(term)}
	s.renewal = r
	c.announce(r)
	if s.plan.interval == "month" {
		c.in(term, func() { c.lapseOrNot(r) })
		return
	}
	c.in(term-ahead, func() { c.negotiate(r) })
}

// announce tells of a renewal, with what it would come to now.
func (c *Company) announce(r *renewal) {
	b := r.of.buyer
	c.say("renewal.due", b.subject(), map[string]any{
		"renewal": r.id, "due": r.due, "amount": cents(r.of.annual()), "currency": b.region.currency, "owner": b.owner.name,
		"subscription": r.of.id, "segment": b.segment.name,
	})
}

// lapseOrNot renews what renews itself, unless the customer says no.
func (c *Company) lapseOrNot(r *renewal) {
	switch {
	case r.over:
	case c.chance(r.of.buyer.loyalty()):
		c.renew(r, r.of.annual())
	default:
		c.lapse(r, pick(c, reasons))
	}
}

// negotiate begins the deal that a renewal is sold by, which is decided some weeks after the day at the latest.
func (c *Company) negotiate(r *renewal) {
	if r.over {
		return
	}
	b := r.of.buyer
	d := c.newDealWith(b)
	d.kind, d.source, d.rival, d.renewal, d.days = "renewal", choice{name: "customer"}, choice{}, r, 75
	d.product.name = r.of.product
	d.amount = hundreds(r.of.annual() * 1.03)
	c.begin(d)
	c.in(ahead+35*day, func() { c.decide(d, false) })
}

// renew continues a subscription at an amount a year.
func (c *Company) renew(r *renewal, amount float64) {
	if r.over {
		return
	}
	r.over = true
	s := r.of
	c.say("renewal.renewed", s.buyer.subject(), map[string]any{"renewal": r.id, "amount": cents(amount), "currency": s.buyer.region.currency})
	if factor := amount / s.annual(); factor > 1.005 || factor < 0.995 {
		c.redo(s, factor)
	}
	c.in(c.until(r.at)+time.Minute, func() {
		if s.live {
			c.expect(s, 12)
		}
	})
}

// lapse loses a renewal; its subscription ends when the contract does.
func (c *Company) lapse(r *renewal, reason string) {
	if r.over {
		return
	}
	r.over = true
	c.say("renewal.lost", r.of.buyer.subject(), map[string]any{"renewal": r.id, "reason": reason})
	c.in(c.until(r.at)+time.Minute, func() { c.end(r.of, reason) })
}

// regain tries to win back who has left.
func (c *Company) regain(b *customer) {
	if !b.gone() {
		return
	}
	d := c.newDealWith(b)
	d.kind, d.source, d.edge = "new", choice{name: "customer"}, 0.9
	b.mood = b.usual
	c.begin(d)
}
