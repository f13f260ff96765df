// Package company is a company that never was, as the CloudEvents that its systems would send: campaigns
// bring leads, leads become deals, deals become customers with contracts and subscriptions, who use what
// they have bought, ask for help, say what they think, buy more, and renew or leave. What customers think
// decides most of what they do, so that usage, tickets, answers and renewals of one customer tell one story.
// Quotas, goals, forecasts and rates of exchange surround it.
//
// It is made of a seed and an instant alone, so that the same two give the same bytes; it reads no clock
// and sends nothing. The default stages of a tenant are its stages, and euros its currency.
//
// The company is not tidy. A few of its events come twice, a few come days late, stages are skipped and
// gone back to, deals are reopened, merged and deleted, amounts are missing at first.
package company

import (
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"time"

	"weir.dev/weir/pkg/cloudevent"
)

// How often things go the way they should not.
const (
	shareLate  = 0.004
	shareTwice = 0.003
)

// Company is a simulation that stands at some instant. It is used by one goroutine.
type Company struct {
	rng     *rand.Rand
	run     string // tells the companies of different seeds and starts apart
	founded time.Time
	agenda  agenda
	now     time.Time     // in the simulation
	ahead   time.Duration // of the simulation's time: how far that of events lies
	ready   []cloudevent.Event
	count   counts

	open      []*deal     // those that are not decided
	customers []*customer // all that ever bought
	rates     []rate      // of the other currencies
	told      map[string]bool
	booked    map[string]float64 // by team and quarter, in euros
	economy   float64
}

// counts are of the things that have numbers.
type counts struct {
	events, leads, deals, accounts, contacts, activities, threads, users, subscriptions, renewals, tickets int
}

// New founds a company at an instant, without leads or open deals. It takes over the customers that a
// business before it had won in the year before; what they did then is told as if it was known then. A year
// of it comes to about 80,000 events.
func New(seed uint64, start time.Time) *Company {
	start = start.UTC().Truncate(time.Millisecond)
	before := start.Add(-inheritance)
	h := fnv.New32a()
	fmt.Fprint(h, seed, start.UnixMilli())
	c := &Company{
		rng:     rand.New(rand.NewPCG(seed, uint64(start.UnixMilli()))),
		run:     fmt.Sprintf("%04x", h.Sum32()&0xffff),
		founded: start, now: before,
		told: map[string]bool{}, booked: map[string]float64{},
	}
	c.exchange()
	c.inherit(start)
	c.agenda.push(start, func() { c.day(start) })
	return c
}

// Until gives the events that become known up to an instant, in that order.
func (c *Company) Until(end time.Time) iter.Seq[cloudevent.Event] {
	return func(yield func(cloudevent.Event) bool) {
		for {
			for len(c.ready) == 0 {
				if c.agenda.next().After(end) {
					return
				}
				c.step()
			}
			if !yield(c.take()) {
				return
			}
		}
	}
}

// Live gives the next event as if it became known at now, which must not go back: the company in time
// lapse. Days that an event names, such as a planned close, move along.
func (c *Company) Live(now time.Time) cloudevent.Event {
	for len(c.ready) == 0 {
		c.ahead = now.UTC().Truncate(time.Millisecond).Sub(c.agenda.next())
		c.step()
	}
	return c.take()
}

// step does what is next on the agenda.
func (c *Company) step() {
	at, do := c.agenda.pop()
	c.now = at
	do()
}

func (c *Company) take() cloudevent.Event {
	e := c.ready[0]
	c.ready = c.ready[1:]
	return e
}

// in does something after a while.
func (c *Company) in(wait time.Duration, do func()) { c.agenda.push(c.now.Add(wait), do) }

// stamp is the time of events that happen now.
func (c *Company) stamp() time.Time { return c.now.Add(c.ahead) }

// date is the day, in UTC, some time from now, as events say it.
func (c *Company) date(wait time.Duration) string { return c.stamp().Add(wait).Format(time.DateOnly) }

// say makes an event that happens now.
func (c *Company) say(kind, subject string, data map[string]any) {
	c.count.events++
	number := fmt.Sprintf("%08d", c.count.events)
	e := cloudevent.Event{
		ID: number, Source: "/company/" + c.run, Type: kind, Subject: subject,
		Time: c.stamp(), Recorded: c.stamp(), Sequence: number, Data: data,
	}
	if c.chance(shareLate) {
		c.in(c.between(day, 9*day), func() {
			e.Recorded = c.stamp()
			c.ready = append(c.ready, e)
		})
		return
	}
	c.ready = append(c.ready, e)
	if c.chance(shareTwice) {
		c.in(c.between(time.Minute, 6*time.Hour), func() { c.ready = append(c.ready, e) })
	}
}

// once reports whether this is the first time that it is asked for a key.
func (c *Company) once(key string) bool {
	first := !c.told[key]
	c.told[key] = true
	return first
}

// name numbers the things of one kind.
func (c *Company) name(letter string, number *int) string {
	*number++
	return fmt.Sprintf("%s-%s-%05d", letter, c.run, *number)
}
