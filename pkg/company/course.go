package company

import (
	"math"
	"slices"
	"time"
)

// befall lays out what may happen to a deal beside its course.
func (c *Company) befall(d *deal) {
	half := c.days(d.segment.days/2, 0.4)
	switch at := c.rng.Float64(); {
	case at < shareDeleted:
		c.in(c.work(half), func() {
			if c.leave(d) {
				c.say("deal.deleted", d.subject(), map[string]any{})
			}
		})
	case at < shareDeleted+shareMerged:
		c.in(c.work(half), func() { c.merge(d) })
	}
	if c.chance(0.06) {
		c.in(c.work(half), func() { c.hand(d) })
	}
	if d.rival.name != "" {
		c.in(c.work(c.days(d.segment.days/4, 0.6)), func() {
			if !d.gone && !d.over {
				c.say("competitor.tagged", d.subject(), map[string]any{"competitor": d.rival.name})
			}
		})
	}
}

// leave takes a deal out of the company's books; it reports false where that has happened before.
func (c *Company) leave(d *deal) bool {
	if d.gone || d.over {
		return false
	}
	d.gone = true
	c.open = slices.DeleteFunc(c.open, func(o *deal) bool { return o == d })
	return true
}

func (c *Company) merge(d *deal) {
	if len(c.open) < 20 || !c.leave(d) {
		return
	}
	c.say("deal.merged", d.subject(), map[string]any{"into": pick(c, c.open).id})
}

// hand gives a deal to a colleague.
func (c *Company) hand(d *deal) {
	if d.gone || d.over {
		return
	}
	d.owner = pick(c, owners)
	c.say("deal.owner_changed", d.subject(), map[string]any{"owner": d.owner.name, "team": d.owner.team})
}

// reprice sets a deal's amount to so many times what it was.
func (c *Company) reprice(d *deal, factor float64) {
	if d.gone || d.over {
		return
	}
	d.amount = math.Max(500, math.Round(d.amount*factor/100)*100)
	c.say("deal.amount_changed", d.subject(), map[string]any{"amount": d.amount, "currency": "EUR"})
}

// accompany lays out what surrounds the course of a deal: talk, and changes of price and plan. A deal
// that will be won is talked about from both sides, and pushed less.
func (c *Company) accompany(d *deal, life time.Duration, won bool) {
	within := func(do func()) { c.in(c.work(time.Duration(c.rng.Float64()*float64(life))), do) }
	talk, answers, pushes := 7.0, 0.30, 0.9
	if won {
		talk, answers, pushes = 10.5, 0.48, 0.5
	}
	for range c.about(talk) {
		inbound := c.chance(answers)
		within(func() {
			if !d.gone {
				c.touch(d.subject(), d.owner, c.wayOf(inbound), d.contacts)
			}
		})
	}
	for range c.about(0.8) {
		factor := c.around(1, 0.25)
		within(func() { c.reprice(d, factor) })
	}
	for range c.about(pushes) {
		later := c.days(24, 0.5)
		within(func() {
			if !d.gone && !d.over {
				c.say("deal.close_date_changed", d.subject(), map[string]any{"close_date": c.date(later)})
			}
		})
	}
	for range c.about(0.7) {
		element := pick(c, elements)
		within(func() {
			if !d.gone && !d.over {
				c.say("deal.qualification_set", d.subject(), map[string]any{"element": element, "state": "filled"})
			}
		})
	}
}
