package company

import "time"

// leadsPerDay is the mean of a weekday in a usual month.
const leadsPerDay = 21.0

// byMonth is how lively a month is; byWeekday a day.
var (
	byMonth   = [...]float64{1.00, 1.05, 1.10, 1.00, 1.05, 0.95, 0.80, 0.70, 1.10, 1.15, 1.10, 0.65}
	byWeekday = [...]float64{0.20, 1.05, 1.15, 1.10, 1.05, 0.80, 0.20}
)

// day fills one day with what comes in, and puts the next on the agenda.
func (c *Company) day(at time.Time) {
	c.set()
	c.books(at)
	lively := byMonth[at.Month()-1] * byWeekday[at.Weekday()]
	for range c.about(leadsPerDay * lively) {
		c.agenda.push(at.Add(c.between(6*time.Hour, 22*time.Hour)), c.capture)
	}
	if byWeekday[at.Weekday()] > 0.5 {
		for range c.about(2.6 * lively) {
			c.agenda.push(at.Add(c.between(8*time.Hour, 18*time.Hour)), c.hunt)
		}
		for range c.about(min(1.2, float64(len(c.customers))/450)) {
			c.agenda.push(at.Add(c.between(8*time.Hour, 18*time.Hour)), c.expand)
		}
	}
	next := at.Truncate(day).Add(day)
	c.agenda.push(next, func() { c.day(next) })
}

// books is what is written down on Mondays, and on the first of a month.
func (c *Company) books(at time.Time) {
	if at.Weekday() == time.Monday {
		c.agenda.push(at.Add(6*time.Hour), c.spendWeek)
		c.agenda.push(at.Add(9*time.Hour), c.forecast)
	}
	if at.Day() == 1 {
		c.agenda.push(at.Add(7*time.Hour), c.spendMonth)
		c.agenda.push(at.Add(8*time.Hour), c.climate)
	}
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
