package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"weir.dev/weir/pkg/event"
)

// openDeals is how many deals of a company are open at once.
const openDeals = 2000

var (
	stages  = []string{"prospecting", "qualification", "proposal", "negotiation"}
	regions = []string{"emea", "amer", "apac"}
)

// company makes the events of one tenant, for ever and at the moment at which they are asked for: deals are opened,
// talked about, moved, priced anew and ended. As many end as are opened. The same seed makes the same events, but
// for their times. It is used by one goroutine.
type company struct {
	random *rand.Rand
	name   string
	open   []string // ids of deals
	opened int
	said   int
}

func newCompany(name string, seed uint64) *company {
	return &company{name: name, random: rand.New(rand.NewPCG(seed, uint64(len(name))))}
}

// events are the next ones, as a batch.
func (c *company) events(n int, now time.Time) []byte {
	batch := []byte("[")
	for i := range n {
		if i > 0 {
			batch = append(batch, ',')
		}
		batch = append(batch, c.event(now)...)
	}
	return append(batch, ']')
}

// event is the next one.
func (c *company) event(now time.Time) []byte {
	if len(c.open) < openDeals {
		return c.begin(now)
	}
	at := c.random.IntN(len(c.open))
	id := c.open[at]
	switch dice := c.random.IntN(100); {
	case dice < 25:
		c.open = slices.Delete(c.open, at, at+1)
		if dice < 8 {
			return c.say("deal.won", id, now, `{}`)
		}
		return c.say("deal.lost", id, now, `{"kind":"no_decision"}`)
	case dice < 55:
		return c.say("activity.logged", id, now, fmt.Sprintf(`{"kind":"call","direction":"outbound","id":"a-%d"}`, c.said))
	case dice < 85:
		return c.say("deal.stage_changed", id, now, fmt.Sprintf(`{"to":%q}`, stages[c.random.IntN(len(stages))]))
	default:
		return c.say("deal.amount_changed", id, now, fmt.Sprintf(`{"amount":%d}`, 1000+c.random.IntN(50_000)))
	}
}

func (c *company) begin(now time.Time) []byte {
	c.opened++
	id := fmt.Sprintf("%s-%d", c.name, c.opened)
	c.open = append(c.open, id)
	owner := c.random.IntN(20)
	return c.say("deal.created", id, now, fmt.Sprintf(`{"stage":%q,"amount":%d,"currency":"EUR","owner":"owner-%d","team":"team-%d","region":%q}`,
		stages[0], 1000+c.random.IntN(50_000), owner, owner%4, regions[c.random.IntN(len(regions))]))
}

func (c *company) say(kind, deal string, now time.Time, data string) []byte {
	c.said++
	return fmt.Appendf(nil, `{"specversion":"1.0","id":"%s-e%d","source":"/load","type":"dev.weir.%s","subject":"deal/%s","time":%q,`+
		`"datacontenttype":"application/json","data":%s}`, c.name, c.said, kind, deal, event.FormatInstant(now.UnixMilli()), data)
}
