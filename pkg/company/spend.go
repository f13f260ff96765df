package company

import (
	"math"
	"time"
)

// budget is money that is spent again and again.
type budget struct {
	campaign string
	channel  string
	purpose  string
	amount   float64 // of a usual week or month
	currency string
}

// weekly are the campaigns that are billed by the week.
var weekly = []budget{
	{"search-brand", "paid_search", "marketing", 1100, home},
	{"search-category", "paid_search", "marketing", 1900, home},
	{"social-launch", "paid_social", "marketing", 1700, "USD"},
	{"social-retarget", "paid_social", "marketing", 800, home},
	{"webinar-pipeline", "webinar", "marketing", 700, home},
	{"webinar-forecast", "webinar", "marketing", 600, home},
}

// monthly is what is paid at the end of a month.
var monthly = []budget{
	{"spring-summit", "event", "marketing", 5200, home},
	{"autumn-roadshow", "event", "marketing", 4600, "GBP"},
	{"sellers", "sales", "sales", 240_000, home},
	{"partner-commissions", "partner", "sales", 14_000, home},
	{"customer-success", "customer", "retention", 60_000, home},
}

// spendWeek records what the week before cost.
func (c *Company) spendWeek() {
	lively := byMonth[c.now.Month()-1]
	for _, b := range weekly {
		c.spend(b, b.amount*lively, c.stamp().Add(-7*day))
	}
	if c.chance(0.08) { // a small thing of one day
		c.say("spend.recorded", "campaign/customer-board", map[string]any{
			"amount": cents(math.Round(c.around(900, 0.4))), "currency": home, "purpose": "retention", "channel": "customer",
		})
	}
}

// spendMonth records what the month before cost.
func (c *Company) spendMonth() {
	for _, b := range monthly {
		c.spend(b, b.amount, c.stamp().AddDate(0, -1, 0))
	}
}

// spend records an amount about the one given, for the days since from, of which today is none.
func (c *Company) spend(b budget, amount float64, from time.Time) {
	c.say("spend.recorded", "campaign/"+b.campaign, map[string]any{
		"amount": cents(c.around(amount, 0.15)), "currency": b.currency, "purpose": b.purpose, "channel": b.channel,
		"from": from.Format(time.DateOnly), "to": c.date(-day),
	})
}
