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
	case at < shareDeleted+shareDoubled:
		c.in(c.work(half), func() { c.double(d) })
	}
	if c.chance(0.06) {
		c.in(c.work(half), func() { c.hand(d) })
	}
	if d.rival.name != "" {
		c.in(c.work(c.days(d.segment.days/4, 0.6)), func() {
			if d.open() {
				c.say("competitor.tagged", d.subject(), map[string]any{"competitor": d.rival.name})
			}
		})
	}
}

// leave takes a deal out of the company's books; it reports false where that has happened before.
func (c *Company) leave(d *deal) bool {
	if !d.open() {
		return false
	}
	d.gone = true
	c.open = slices.DeleteFunc(c.open, func(o *deal) bool { return o == d })
	return true
}

// double enters a deal once more, by somebody who did not know of it; that is noticed some days later.
func (c *Company) double(d *deal) {
	if !d.open() {
		return
	}
	twin := *d
	twin.id, twin.owner, twin.stage = c.name("D", &c.count.deals), pick(c, owners), 0
	c.say("deal.created", twin.subject(), c.creation(&twin))
	c.in(c.work(c.days(5, 0.5)), func() { c.say("deal.merged", twin.subject(), map[string]any{"into": d.id}) })
}

// hand gives a deal to a colleague.
func (c *Company) hand(d *deal) {
	if !d.open() {
		return
	}
	d.owner = pick(c, owners)
	c.say("deal.owner_changed", d.subject(), map[string]any{"owner": d.owner.name, "team": d.owner.team})
}

// reprice sets a deal's amount to so many times what it was.
func (c *Company) reprice(d *deal, factor float64) {
	if !d.open() {
		return
	}
	d.amount = hundreds(d.amount * factor)
	c.say("deal.amount_changed", d.subject(), map[string]any{"amount": d.amount, "currency": d.region.currency})
}

// accompany lays out what surrounds the course of a deal: talk, and changes of price and plan. A deal
// that will be won is talked about from both sides, and pushed less.
func (c *Company) accompany(d *deal, life time.Duration, won bool) {
	within := func(do func()) { c.in(c.work(time.Duration(c.rng.Float64()*float64(life))), do) }
	talk, answers, pushes := 7.0, 0.30, 0.9
	if won {
		talk, answers, pushes = 10.5, 0.48, 0.5
	}
	spread := 0.25
	if d.renewal != nil {
		talk, spread = talk*0.5, 0.06
	}
	for range c.about(talk) {
		inbound := c.chance(answers)
		within(func() {
			if !d.gone {
				c.touch(d.subject(), d.owner, c.wayOf(inbound), d.contacts, &d.mail)
			}
		})
	}
	for range c.about(0.8) {
		factor := c.around(1, spread)
		within(func() { c.reprice(d, factor) })
	}
	for range c.about(pushes) {
		later := c.days(24, 0.5)
		within(func() {
			if d.open() {
				c.say("deal.close_date_changed", d.subject(), map[string]any{"close_date": c.date(later)})
			}
		})
	}
	for range c.about(1.3) {
		within(func() { c.qualify(d) })
	}
	if c.chance(shareUpdated) {
		within(func() { c.correct(d) })
	}
}

// qualify notes one more element of a deal's qualification, or that one is not known after all.
func (c *Company) qualify(d *deal) {
	if !d.open() {
		return
	}
	state := "filled"
	element := elements[(len(d.known)+c.rng.IntN(2))%len(elements)]
	if len(d.known) > 0 && c.chance(0.1) {
		state, element = "empty", d.known[len(d.known)-1]
		d.known = d.known[:len(d.known)-1]
	} else if !slices.Contains(d.known, element) {
		d.known = append(d.known, element)
	}
	c.say("deal.qualification_set", d.subject(), map[string]any{"element": element, "state": state})
}

// correct puts right what was entered wrongly.
func (c *Company) correct(d *deal) {
	if !d.open() {
		return
	}
	data := map[string]any{"industry": choose(c, industries).name}
	switch c.rng.IntN(3) {
	case 0:
		data = map[string]any{"probability": math.Round(100*d.prospects()) / 100}
	case 1:
		data = map[string]any{"region": d.region.name, "probability": nil}
	}
	c.say("deal.updated", d.subject(), data)
}
