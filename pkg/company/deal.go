package company

import (
	"math"
	"slices"
	"time"
)

// shareWon is of the deals that are decided, all edges being nil.
const shareWon = 0.30

// What befalls some deals.
const (
	shareDeleted  = 0.010
	shareMerged   = 0.012
	shareForever  = 0.04 // never decided
	shareReopened = 0.03 // of the lost; a quarter as many of the won
	shareSkipping = 0.10
	shareBack     = 0.07
	shareNoAmount = 0.04 // at first
	shareRival    = 0.35
)

type customer struct {
	account string
	segment segment
	region  choice
	owner   owner
}

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
	region   choice
	industry choice
	owner    owner
	amount   float64
	stage    int
	over     bool // won or lost
	gone     bool // deleted or merged: nothing is said of it any more
	contacts []contact
}

type contact struct{ id, role string }

func (d *deal) subject() string { return "deal/" + d.id }

func (c *Company) newDeal(s segment, r choice, o owner) *deal {
	d := &deal{
		id: c.name("D", &c.count.deals), account: c.name("A", &c.count.accounts), kind: "new",
		segment: s, region: r, owner: o, industry: c.choose(industries), product: c.choose(products),
	}
	if c.chance(shareRival) {
		d.rival = c.choose(competitors)
	}
	return d
}

// hunt is a deal that a seller finds without a lead.
func (c *Company) hunt() {
	s := weigh(c, segments, func(s segment) float64 { return s.weight })
	d := c.newDeal(s, c.choose(regions), c.ownerOf(s, "outbound"))
	d.source = choice{name: "outbound", edge: -0.25}
	c.begin(d)
}

// again is a deal with a customer.
func (c *Company) again() {
	who := pick(c, c.customers)
	d := c.newDeal(who.segment, who.region, who.owner)
	d.account, d.kind, d.edge, d.source = who.account, "expansion", 0.5, choice{name: "customer"}
	if c.chance(0.4) {
		d.kind, d.edge, d.rival = "renewal", 1.1, choice{}
	}
	c.begin(d)
}

// begin creates a deal, and lays out its life.
func (c *Company) begin(d *deal) {
	d.amount = math.Max(500, math.Round(c.around(d.segment.amount, 0.55)/100)*100)
	data := map[string]any{
		"stage": stages[0], "category": categories[0], "pipeline": "direct", "type": d.kind, "currency": "EUR",
		"close_date": c.date(c.days(d.segment.days*1.05, 0.25)), "account": d.account, "product": d.product.name,
		"owner": d.owner.name, "team": d.owner.team, "segment": d.segment.name, "region": d.region.name,
		"industry": d.industry.name, "source": d.source.name, "term_months": pick(c, []int{12, 12, 12, 24, 36}),
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
	if c.chance(shareNoAmount) {
		c.in(c.work(c.days(6, 0.5)), func() { c.reprice(d, 1) })
	} else {
		data["amount"] = d.amount
	}
	c.say("deal.created", d.subject(), data)
	c.open = append(c.open, d)
	c.meet(d)
	c.course(d, 0, d.segment.days)
	c.befall(d)
}

// course takes a deal from a stage to its outcome, about so many days from now.
func (c *Company) course(d *deal, from int, days float64) {
	edges := d.source.edge + d.owner.edge + d.segment.edge + d.region.edge + d.industry.edge + d.product.edge + d.rival.edge + d.edge
	won := c.chance(share(odds(shareWon) + edges))
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
	if c.chance(shareForever) {
		return
	}
	c.in(c.work(life), func() { c.decide(d, won) })
}

func (c *Company) move(d *deal, to int) {
	if d.over || d.gone || d.stage == to {
		return
	}
	from := d.stage
	d.stage = to
	c.say("deal.stage_changed", d.subject(), map[string]any{"from": stages[from], "to": stages[to]})
	if categories[to] != categories[from] && c.chance(0.8) {
		c.say("deal.category_changed", d.subject(), map[string]any{"category": categories[to]})
	}
}

func (c *Company) decide(d *deal, won bool) {
	if d.over || d.gone {
		return
	}
	d.over = true
	c.open = slices.DeleteFunc(c.open, func(o *deal) bool { return o == d })
	reopened := shareReopened
	if won {
		reopened /= 4
		data := map[string]any{"amount": d.amount, "currency": "EUR", "product": d.product.name, "account": d.account}
		c.say("deal.won", d.subject(), data)
		c.customers = append(c.customers, customer{d.account, d.segment, d.region, d.owner})
	} else {
		c.say("deal.lost", d.subject(), c.loss(d))
	}
	if c.chance(reopened) {
		c.in(c.work(c.days(18, 0.5)), func() { c.reopen(d) })
	}
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
	d.over = false
	d.stage = max(d.stage, 1)
	c.open = append(c.open, d)
	c.say("deal.reopened", d.subject(), map[string]any{"stage": stages[d.stage]})
	d.edge += 0.4
	c.course(d, d.stage, 20)
}
