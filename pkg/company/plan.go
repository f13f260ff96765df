package company

import (
	"fmt"
	"math"
	"time"
)

// quotas are what an owner of a team is to sell in a quarter, in euros.
var quotas = map[string]float64{"enterprise": 1_300_000, "mid_market": 700_000, "velocity": 200_000, "partners": 400_000}

var teams = []string{"enterprise", "mid_market", "velocity", "partners"}

func quarter(t time.Time) string { return fmt.Sprintf("%d-Q%d", t.Year(), (t.Month()+2)/3) }

func month(t time.Time) string { return t.Format("2006-01") }

// set sets quotas and goals for this quarter and month and the next, where that was not done before.
func (c *Company) set() {
	first := c.stamp().Truncate(day)
	first = first.AddDate(0, 0, 1-first.Day()) // a month after it is in the next month
	for _, period := range []string{quarter(first), quarter(first.AddDate(0, 3, 0))} {
		if c.once(period) {
			c.setQuarter(period)
		}
	}
	for _, period := range []string{month(first), month(first.AddDate(0, 1, 0))} {
		if c.once(period) {
			c.setMonth(period)
		}
	}
}

// setQuarter sets quotas of owners, of teams somewhat below their sum, and the goals of all.
func (c *Company) setQuarter(period string) {
	sum, whole := map[string]float64{}, 0.0
	for _, o := range owners {
		amount := math.Round(quotas[o.team]*(1+0.3*o.edge)/1000) * 1000
		sum[o.team] += amount
		c.say("quota.set", "owner/"+o.name, map[string]any{"period": period, "amount": cents(amount), "currency": home})
		c.goal("owner/"+o.name, "deals_won", period, math.Round(amount/quotas[o.team]*12))
		if c.chance(0.06) { // raised when the quarter is under way
			c.in(c.work(c.days(30, 0.3)), func() {
				c.say("quota.set", "owner/"+o.name, map[string]any{"period": period, "amount": cents(amount * 1.1), "currency": home})
			})
		}
	}
	for _, team := range teams {
		amount := math.Round(sum[team]*0.92/1000) * 1000
		whole += amount
		c.say("quota.set", "team/"+team, map[string]any{"period": period, "amount": cents(amount), "currency": home})
		c.goalMoney("team/"+team, "bookings", period, amount)
	}
	c.goalMoney("tenant", "bookings", period, whole)
	c.goal("tenant", "win_rate", period, 0.32)
	c.goal("tenant", "nps", period, 30)
}

// setMonth sets the goals of a month.
func (c *Company) setMonth(period string) {
	c.goal("tenant", "mqls", period, 200)
	c.goal("tenant", "deals_won", period, 45)
	for _, o := range owners {
		c.goalMoney("owner/"+o.name, "bookings", period, math.Round(quotas[o.team]*(1+0.3*o.edge)/3000)*1000)
	}
}

func (c *Company) goal(subject, metric, period string, value float64) {
	c.say("goal.set", subject, map[string]any{"metric": metric, "period": period, "value": value})
}

func (c *Company) goalMoney(subject, metric, period string, amount float64) {
	c.say("goal.set", subject, map[string]any{"metric": metric, "period": period, "amount": cents(amount), "currency": home})
}

// forecast is what each team says on a Monday that its quarter will come to.
func (c *Company) forecast() {
	period := quarter(c.stamp())
	for _, team := range teams {
		commit, best := c.booked[team+period], c.booked[team+period]
		for _, d := range c.open {
			amount := d.amount * c.worth(d.region.currency)
			switch {
			case d.owner.team != team:
			case categories[d.stage] == "commit":
				commit += 0.7 * amount
				best += amount
			case categories[d.stage] == "best_case":
				best += 0.6 * amount
			}
		}
		for category, amount := range [2]float64{commit, best} {
			c.say("forecast.submitted", "team/"+team, map[string]any{
				"period": period, "amount": cents(math.Round(amount*c.around(1, 0.08)/1000) * 1000), "currency": home,
				"category": []string{"commit", "best_case"}[category],
			})
		}
	}
}

// climate is what the company notes of the world outside, once a month.
func (c *Company) climate() {
	c.economy += 0.3 * c.rng.NormFloat64()
	c.say("external.factor_set", "tenant", map[string]any{
		"factor": "purchasing_managers_index", "value": fmt.Sprintf("%.1f", 50+c.economy), "date": c.date(0),
	})
}
