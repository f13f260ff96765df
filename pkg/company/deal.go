package company

import (
	"slices"
	"time"
)

// shareWon is of the deals that are decided, all edges being nil.
const shareWon = 0.30

// What befalls some deals.
const (
	shareDeleted  = 0.010
	shareDoubled  = 0.012
	shareForever  = 0.04 // never decided
	shareReopened = 0.03 // of the lost; a quarter as many of the won
	shareSkipping = 0.10
	shareBack     = 0.07
	shareNoAmount = 0.04 // at first
	shareRival    = 0.35
	shareEnriched = 0.7
	shareUpdated  = 0.12
)

type deal struct {
	id       string
	lead     string
	account  string
	source   choice
	brought  string
	kind     string // new, expansion or renewal
	edge     float64
	product  choice
	rival    choice
	segment  segment
	region   region
	industry choice
	owner    owner
	amount   float64 // in the currency of the region, for the whole term
	term     int     // months
	days     float64 // median of its life, if it is won
	stage    int
	over     bool // won or lost
	won      bool
	gone     bool // deleted or merged: nothing is said of it any more
	contacts []contact
	mail     thread
	known    []string // elements of its qualification

	buyer     *customer     // nil until it is won, unless the customer was one before
	renewal   *renewal      // that it sells
	delivered *subscription // what was delivered of it
}

type contact struct{ id, role string }

func (d *deal) subject() string { return "deal/" + d.id }

// open reports whether a deal is still to be decided.
func (d *deal) open() bool { return !d.gone && !d.over }

func (c *Company) newDeal(account string, s segment, r region, o owner) *deal {
	d := &deal{
		id: c.name("D", &c.count.deals), account: account, kind: "new",
		segment: s, region: r, owner: o, industry: choose(c, industries), product: choose(c, products),
		term: pick(c, []int{12, 12, 12, 24, 36}), days: s.days,
	}
	if c.chance(shareRival) {
		d.rival = choose(c, competitors)
	}
	return d
}

// newAccount is the id of one that was not known before.
func (c *Company) newAccount() string { return c.name("A", &c.count.accounts) }

// newDealWith is a deal for a year with a customer.
func (c *Company) newDealWith(b *customer) *deal {
	d := c.newDeal(b.account, b.segment, b.region, b.owner)
	d.industry, d.buyer, d.term = b.industry, b, 12
	return d
}

// hunt is a deal that a seller finds without a lead.
func (c *Company) hunt() {
	s := choose(c, segments)
	d := c.newDeal(c.newAccount(), s, choose(c, regions), c.ownerOf(s, "outbound"))
	d.source = choice{name: "outbound", edge: -0.25}
	c.begin(d)
}

// expand is a deal with a customer for more of what it has, or for something else.
func (c *Company) expand() {
	b := pick(c, c.customers)
	if b.gone() || !c.chance(0.3+0.7*b.health()) {
		return
	}
	d := c.newDealWith(b)
	d.kind, d.edge, d.source = "expansion", 1.4*b.health()-0.3, choice{name: "customer"}
	d.days *= 0.7
	d.amount = hundreds(b.held[0].annual() * c.around(0.35, 0.4))
	if c.chance(0.65) {
		d.product.name = b.held[0].product
	}
	c.begin(d)
}

// begin creates a deal, and lays out its life.
func (c *Company) begin(d *deal) {
	if d.amount == 0 {
		years := float64(d.term) / 12
		d.amount = hundreds(years * c.around(d.segment.amount, 0.55) / c.worth(d.region.currency))
	}
	data := c.creation(d)
	if c.chance(shareNoAmount) {
		delete(data, "amount")
		c.in(c.work(c.days(6, 0.5)), func() { c.reprice(d, 1) })
	}
	c.say("deal.created", d.subject(), data)
	if d.buyer == nil && c.chance(shareEnriched) {
		c.in(c.work(c.days(1, 0.8)), func() { c.enrich(d) })
	}
	c.open = append(c.open, d)
	c.meet(d)
	c.course(d, 0, d.days)
	if d.renewal == nil {
		c.befall(d)
	}
}

// creation is what a deal begins as.
func (c *Company) creation(d *deal) map[string]any {
	data := map[string]any{
		"stage": stages[d.stage], "category": categories[d.stage], "pipeline": "direct", "type": d.kind,
		"amount": d.amount, "currency": d.region.currency,
		"close_date": c.date(c.days(d.days*1.05, 0.25)), "account": d.account, "product": d.product.name,
		"owner": d.owner.name, "team": d.owner.team, "segment": d.segment.name, "region": d.region.name,
		"industry": d.industry.name, "source": d.source.name, "term_months": d.term,
	}
	if d.owner.team == "partners" {
		data["pipeline"] = "partner"
	}
	if d.lead != "" {
		data["lead"] = d.lead
	}
	if d.brought != "" {
		data["campaign"] = d.brought
	}
	return data
}

// prospects is how likely a deal is won, if it is decided.
func (d *deal) prospects() float64 {
	if d.renewal != nil {
		return d.buyer.loyalty()
	}
	return share(odds(shareWon) + d.source.edge + d.owner.edge + d.segment.edge + d.region.edge + d.industry.edge +
		d.product.edge + d.rival.edge + d.edge)
}

// course takes a deal from a stage to its outcome, about so many days from now.
func (c *Company) course(d *deal, from int, days float64) {
	won := c.chance(d.prospects())
	if !won {
		days *= 0.85
	}
	life := c.days(days, 0.45)
	reach := len(stages) - 1
	for !won && reach > from && c.chance(0.3) {
		reach--
	}
	for i := from + 1; i <= reach; i++ {
		if i < reach && c.chance(shareSkipping) {
			continue
		}
		part := (float64(i-from) - 0.3 - 0.4*c.rng.Float64()) / float64(reach-from+1)
		c.in(c.work(time.Duration(part*float64(life))), func() { c.move(d, i) })
		if i > 1 && c.chance(shareBack) {
			c.in(c.work(time.Duration((part+0.1)*float64(life))), func() { c.move(d, i-1) })
			c.in(c.work(time.Duration((part+0.2)*float64(life))), func() { c.move(d, i) })
		}
	}
	c.accompany(d, life, won)
	if d.renewal == nil && c.chance(shareForever) {
		return
	}
	c.in(c.work(life), func() { c.decide(d, won) })
}

func (c *Company) move(d *deal, to int) {
	if !d.open() || d.stage == to {
		return
	}
	from := d.stage
	d.stage = to
	c.say("deal.stage_changed", d.subject(), map[string]any{"from": stages[from], "to": stages[to]})
	if categories[to] != categories[from] && c.chance(0.8) {
		c.say("deal.category_changed", d.subject(), map[string]any{"category": categories[to]})
	}
}

// decide ends a deal.
func (c *Company) decide(d *deal, won bool) {
	if !d.open() {
		return
	}
	d.over, d.won = true, won
	c.open = slices.DeleteFunc(c.open, func(o *deal) bool { return o == d })
	if won {
		c.say("deal.won", d.subject(), map[string]any{
			"amount": d.amount, "currency": d.region.currency, "type": d.kind, "product": d.product.name, "account": d.account,
			"term_months": d.term,
		})
		c.booked[d.owner.team+quarter(c.stamp())] += d.amount * c.worth(d.region.currency)
		c.fulfil(d)
	} else {
		c.say("deal.lost", d.subject(), c.loss(d))
		c.release(d)
	}
	reopened := shareReopened
	if won {
		reopened /= 4
	}
	if d.kind == "new" && c.chance(reopened) {
		c.in(c.work(c.days(18, 0.5)), func() { c.reopen(d) })
	}
}

// fulfil does what was promised in a deal that is won.
func (c *Company) fulfil(d *deal) {
	switch {
	case d.renewal != nil:
		c.renew(d.renewal, d.amount)
		c.in(c.work(c.days(1, 0.5)), func() { c.sign(d, 0, c.stamp().Add(c.until(d.renewal.at))) })
	case d.delivered != nil: // it was won before
	case d.kind == "expansion":
		c.enlarge(d)
	default:
		if d.buyer == nil {
			d.buyer = c.win(d)
		}
		c.deliver(d, d.buyer)
	}
}

// release takes back what depended on a deal that is lost.
func (c *Company) release(d *deal) {
	if d.renewal != nil {
		c.lapse(d.renewal, pick(c, reasons))
	}
	if d.delivered != nil {
		c.end(d.delivered, rescinded)
	}
}

// rescinded is why a subscription ends whose deal was reopened and lost.
const rescinded = "rescinded"

// enlarge adds what was sold to a customer: another product, or more of the same.
func (c *Company) enlarge(d *deal) {
	b := d.buyer
	same := slices.IndexFunc(b.held, func(s *subscription) bool { return s.product == d.product.name })
	if same < 0 {
		c.deliver(d, b)
		return
	}
	s := b.held[same]
	factor := 1 + d.amount/s.annual()
	c.in(c.work(c.days(4, 0.5)), func() {
		if d.won && s.live {
			c.upgrade(s, factor)
		}
	})
}

// loss is why a deal was lost.
func (c *Company) loss(d *deal) map[string]any {
	switch at := c.rng.Float64(); {
	case d.rival.name != "" && at < 0.6:
		return map[string]any{"kind": "competitor", "competitor": d.rival.name, "reason": "price"}
	case at < 0.55:
		return map[string]any{"kind": "no_decision", "reason": "no budget this year"}
	case at < 0.9:
		return map[string]any{"kind": "disqualified"}
	default:
		return map[string]any{}
	}
}

func (c *Company) reopen(d *deal) {
	if d.gone {
		return
	}
	d.over, d.won = false, false
	d.stage = max(d.stage, 1)
	c.open = append(c.open, d)
	c.say("deal.reopened", d.subject(), map[string]any{"stage": stages[d.stage]})
	d.edge += 0.4
	c.course(d, d.stage, 20)
}
