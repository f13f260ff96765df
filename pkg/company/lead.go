package company

import "fmt"

// Of leads: how many get on.
const (
	shareMQL        = 0.42
	shareSQL        = 0.55
	shareConverted  = 0.75
	shareDropped    = 0.45 // of those that get no further
	shareMergedLead = 0.015
	shareErased     = 0.005 // of those, who want to be forgotten
)

type lead struct {
	id      string
	source  source
	brought string // by a campaign
	segment segment
	region  region
	owner   owner
	mail    thread
}

func (l *lead) subject() string { return "lead/" + l.id }

func (c *Company) capture() {
	l := &lead{
		id:      c.name("L", &c.count.leads),
		source:  choose(c, sources),
		segment: choose(c, segments),
		region:  choose(c, regions),
	}
	l.owner = c.ownerOf(l.segment, l.source.name)
	data := map[string]any{
		"source": l.source.name, "channel": l.source.channel, "segment": l.segment.name, "region": l.region.name,
		"owner": l.owner.name, "person": fmt.Sprintf("%016x", c.rng.Uint64()),
	}
	if len(l.source.campaigns) > 0 {
		l.brought = pick(c, l.source.campaigns)
		data["campaign"] = l.brought
	}
	c.say("lead.captured", l.subject(), data)
	if c.chance(shareMergedLead) && c.count.leads > 50 {
		into := fmt.Sprintf("L-%s-%05d", c.run, c.count.leads-1-c.rng.IntN(40))
		c.in(c.work(c.days(3, 0.5)), func() { c.say("lead.merged", l.subject(), map[string]any{"into": into}) })
		return
	}
	c.follow(l)
}

// follow takes a lead through its qualification.
func (c *Company) follow(l *lead) {
	for range c.about(1.3) {
		c.in(c.work(c.days(2, 0.8)), func() { c.touch(l.subject(), l.owner, c.way(0.35), nil, &l.mail) })
	}
	better := share(odds(shareMQL) + l.source.edge)
	if !c.chance(better) {
		c.drop(l)
		return
	}
	c.in(c.work(c.days(1.5, 0.7)), func() {
		c.say("lead.qualified", l.subject(), map[string]any{"level": "mql", "rule": "fit-and-intent", "rule_version": "3"})
		if !c.chance(shareSQL) {
			c.drop(l)
			return
		}
		c.in(c.work(c.days(3, 0.6)), func() {
			c.say("lead.qualified", l.subject(), map[string]any{"level": "sql"})
			if c.chance(shareConverted) {
				c.in(c.work(c.days(2, 0.6)), func() { c.convert(l) })
			}
		})
	})
}

func (c *Company) drop(l *lead) {
	if !c.chance(shareDropped) {
		return
	}
	reason := pick(c, []string{"no budget", "no fit", "student", "cannot be reached"})
	c.in(c.work(c.days(8, 0.5)), func() {
		c.say("lead.disqualified", l.subject(), map[string]any{"reason": reason})
		if c.chance(shareErased) {
			c.in(c.work(c.days(20, 0.5)), func() { c.say("subject.erased", l.subject(), map[string]any{}) })
		}
	})
}

// convert makes a deal of a lead.
func (c *Company) convert(l *lead) {
	d := c.newDeal(c.newAccount(), l.segment, l.region, l.owner)
	d.lead, d.source, d.brought = l.id, l.source.choice, l.brought
	c.begin(d)
	c.say("lead.converted", l.subject(), map[string]any{"deal": d.id, "account": d.account})
}

// ownerOf finds who works for a segment; what partners bring is the partner team's.
func (c *Company) ownerOf(s segment, from string) owner {
	if from == "referral" || c.chance(0.12) {
		return pick(c, owners[9:])
	}
	return pick(c, s.owners)
}
