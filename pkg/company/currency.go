package company

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// home is the company's own currency.
const home = "EUR"

// rate is what one unit of a currency is worth in the company's own.
type rate struct {
	currency string
	usual    float64
	now      float64
}

// foreign are the currencies that some customers pay in.
var foreign = []rate{{"USD", 0.92, 0.92}, {"GBP", 1.17, 1.17}}

// exchange sets the rates of this week, and puts those of the next on the agenda.
func (c *Company) exchange() {
	if c.rates == nil {
		c.rates = append(c.rates, foreign...)
	}
	for i := range c.rates {
		r := &c.rates[i]
		r.now *= math.Exp(0.006*c.rng.NormFloat64()) * math.Pow(r.usual/r.now, 0.05)
		if date := c.date(0); c.once("rate " + r.currency + date) {
			c.say("fx.rate_set", "currency/"+r.currency, map[string]any{
				"base": home, "rate": strconv.FormatFloat(r.now, 'f', 4, 64), "date": date,
			})
		}
	}
	c.in(7*day, c.exchange)
}

// worth is one unit of a currency in the company's own.
func (c *Company) worth(currency string) float64 {
	for _, r := range c.rates {
		if r.currency == currency {
			return r.now
		}
	}
	return 1
}

// hundreds is an amount to the nearest hundred, and never nothing.
func hundreds(amount float64) float64 { return math.Max(500, math.Round(amount/100)*100) }

// cents is an amount of money as events say it.
func cents(amount float64) string { return fmt.Sprintf("%.2f", amount) }

// A year, as contracts and rates count it.
const year = 365 * day

// until is how long it is to an instant of the simulation, or nothing.
func (c *Company) until(at time.Time) time.Duration { return max(0, at.Sub(c.now)) }
