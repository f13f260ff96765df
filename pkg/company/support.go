package company

import (
	"math"
	"time"
)

// urgency is how soon a ticket wants its answer.
type urgency struct {
	choice
	hours float64 // median until it is resolved
}

var urgencies = []urgency{
	{choice{"urgent", 1, 0}, 6}, {choice{"high", 3, 0}, 20}, {choice{"normal", 7, 0}, 50}, {choice{"low", 3, 0}, 110},
}

var troubles = []choice{{"how_to", 4, 0}, {"bug", 3, 0}, {"integration", 2, 0}, {"billing", 1.5, 0}, {"performance", 1, 0}}

// ask opens a ticket in some weeks: in more of them where a customer is unhappy, who then is more so.
func (c *Company) ask(b *customer) {
	if !c.chance(0.03 + 0.12*(1-b.health())) {
		return
	}
	c.in(c.work(c.between(0, 5*day)), func() {
		id, u := c.name("K", &c.count.tickets), choose(c, urgencies)
		c.say("ticket.opened", b.subject(), map[string]any{"ticket": id, "priority": u.name, "category": choose(c, troubles).name})
		b.mood -= 0.08
		c.resolve(b, id, u, 1)
	})
}

// resolve answers a ticket, which may be opened again.
func (c *Company) resolve(b *customer, ticket string, u urgency, times int) {
	hours := c.around(u.hours, 0.7)
	c.in(c.work(time.Duration(hours*float64(time.Hour))), func() {
		c.say("ticket.resolved", b.subject(), map[string]any{"ticket": ticket})
		switch {
		case times < 3 && c.chance(0.08):
			c.in(c.work(c.days(3, 0.5)), func() {
				c.say("ticket.reopened", b.subject(), map[string]any{"ticket": ticket})
				b.mood -= 0.15
				c.resolve(b, ticket, u, times+1)
			})
		case c.chance(0.2):
			slow := math.Log(hours / u.hours)
			c.in(c.work(c.days(0.5, 0.5)), func() { c.answer(b, pick(c, b.contacts), "after_ticket", "transactional", -0.8*slow) })
		}
	})
}
