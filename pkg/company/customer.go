package company

import "time"

// customer is an account that has bought.
type customer struct {
	account  string
	segment  segment
	region   region
	industry choice
	owner    owner
	contacts []contact
	users    []string
	mail     thread

	usual, mood float64         // what it thinks of the company, in logits: in the long run, and now
	held        []*subscription // that are live, the oldest first
	since       time.Time       // when it first had something
	tended      bool            // its weeks are on the agenda
}

func (b *customer) subject() string { return "account/" + b.account }

// health is from 0, about to leave, to 1.
func (b *customer) health() float64 { return share(b.mood) }

// win makes a customer of whom a deal was won with.
func (c *Company) win(d *deal) *customer {
	b := &customer{
		account: d.account, segment: d.segment, region: d.region, industry: d.industry, owner: d.owner,
		contacts: d.contacts, usual: 1.1 + c.rng.NormFloat64(),
	}
	b.mood = b.usual + 0.3
	c.customers = append(c.customers, b)
	return b
}

// enrich is what a provider of data knows of the account of a deal.
func (c *Company) enrich(d *deal) {
	people := map[string]float64{"small_business": 30, "mid_market": 400, "enterprise": 4000}[d.segment.name]
	c.say("account.enriched", "account/"+d.account, map[string]any{"provider": "firmograph", "fields": map[string]any{
		"segment": d.segment.name, "industry": d.industry.name, "region": d.region.name, "employees": int(c.around(people, 0.6)),
		"founded": c.now.Year() - int(c.around(14, 0.6)),
	}})
}

// introduce is what the company's own books say of a new customer.
func (c *Company) introduce(b *customer) {
	c.say("account.enriched", b.subject(), map[string]any{"provider": "crm", "fields": map[string]any{
		"segment": b.segment.name, "industry": b.industry.name, "region": b.region.name, "plan": b.segment.plan.name,
		"owner": b.owner.name, "team": b.owner.team,
	}})
}

// attend begins to tend a customer, not before the company is founded.
func (c *Company) attend(b *customer) {
	if b.tended {
		return
	}
	if b.since.IsZero() {
		b.since = c.now
	}
	b.tended = true
	c.in(c.until(c.founded)+c.between(day, 7*day), func() { c.tend(b) })
}

// tend lives through the weeks of a customer, as long as it has something.
func (c *Company) tend(b *customer) {
	if len(b.held) == 0 {
		b.tended = false
		return
	}
	week := int(c.now.Sub(b.since) / (7 * day))
	b.mood += 0.04*(b.usual-b.mood) + 0.13*c.rng.NormFloat64()
	c.use(b)
	c.ask(b)
	if week%surveyWeeks == 8 {
		c.survey(b)
	}
	if c.chance(0.06) {
		c.in(c.work(c.between(0, 5*day)), func() { c.touch(b.subject(), b.owner, c.way(0.3), b.contacts, &b.mail) })
	}
	if week%4 == 3 {
		c.alter(b)
	}
	c.in(7*day, func() { c.tend(b) })
}

// The customers that the company takes over.
const (
	inherited   = 220
	inheritance = 380 * day // how long before the start their first deal may begin, and rates are known
)

// inherit takes over customers that a business before this one won in the year before the start.
func (c *Company) inherit(start time.Time) {
	for range inherited {
		s := choose(c, segments)
		d := c.newDeal(c.newAccount(), s, choose(c, regions), c.ownerOf(s, ""))
		d.source, d.term, d.rival = choice{name: "inherited"}, 12, choice{}
		won := start.Add(-c.between(10*day, 350*day)).Truncate(day).Add(c.between(8*time.Hour, 18*time.Hour).Truncate(time.Second))
		c.agenda.push(won.Add(-20*day), func() {
			d.amount = hundreds(c.around(s.amount, 0.55) / c.worth(d.region.currency))
			d.stage = len(stages) - 1
			c.say("deal.created", d.subject(), c.creation(d))
			for _, r := range roles[:1+c.rng.IntN(len(roles))] {
				d.contacts = append(d.contacts, contact{c.name("C", &c.count.contacts), r.role})
			}
		})
		c.agenda.push(won, func() { c.decide(d, true) })
	}
}

// loyalty is how likely a customer renews.
func (b *customer) loyalty() float64 { return share(5*b.health() - 1.1) }

// gone reports whether a customer has nothing any more.
func (b *customer) gone() bool { return len(b.held) == 0 }
