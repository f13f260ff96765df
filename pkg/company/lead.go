package company

import (
	"fmt"
	"time"
)

// leadsPerDay is the mean of a weekday in a usual month.
const leadsPerDay = 24.0

// Of leads: how many get on.
const (
	shareMQL        = 0.42
	shareSQL        = 0.55
	shareConverted  = 0.75
	shareDropped    = 0.45 // of those that get no further
	shareMergedLead = 0.015
)

// byMonth is how lively a month is; byWeekday a day.
var (
	byMonth   = [...]float64{1.00, 1.05, 1.10, 1.00, 1.05, 0.95, 0.80, 0.70, 1.10, 1.15, 1.10, 0.65}
	byWeekday = [...]float64{0.20, 1.05, 1.15, 1.10, 1.05, 0.80, 0.20}
)

// day fills one day with what comes in, and puts the next on the agenda.
func (c *Company) day(at time.Time) {
	lively := byMonth[at.Month()-1] * byWeekday[at.Weekday()]
	for range c.about(leadsPerDay * lively) {
		c.agenda.push(at.Add(c.between(6*time.Hour, 22*time.Hour)), c.capture)
	}
	if byWeekday[at.Weekday()] > 0.5 {
		for range c.about(3.0 * lively) {
			c.agenda.push(at.Add(c.between(8*time.Hour, 18*time.Hour)), c.hunt)
		}
		for range c.about(min(2.5, float64(len(c.customers))/150)) {
			c.agenda.push(at.Add(c.between(8*time.Hour, 18*time.Hour)), c.again)
		}
	}
	next := at.Truncate(day).Add(day)
	c.agenda.push(next, func() { c.day(next) })
}

// about is a whole number whose mean is given.
func (c *Company) about(mean float64) int {
	mean *= 0.7 + 0.6*c.rng.Float64()
	n := int(mean)
	if c.chance(mean - float64(n)) {
		n++
	}
	return n
}

type lead struct {
	id      string
	source  source
	brought string // by a campaign
	segment segment
	region  choice
	owner   owner
}

func (l *lead) subject() string { return "lead/" + l.id }

func (c *Company) capture() {
	l := &lead{
		id:      c.name("L", &c.count.leads),
		source:  weigh(c, sources, func(s source) float64 { return s.weight }),
		segment: weigh(c, segments, func(s segment) float64 { return s.weight }),
		region:  c.choose(regions),
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
		c.in(c.work(c.days(2, 0.8)), func() { c.touch(l.subject(), l.owner, c.way(0.35), nil) })
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
	})
}

// convert makes a deal of a lead.
func (c *Company) convert(l *lead) {
	d := c.newDeal(l.segment, l.region, l.owner)
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
