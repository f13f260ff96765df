package company

import (
	"math"
	"time"
)

const day = 24 * time.Hour

func (c *Company) chance(p float64) bool { return c.rng.Float64() < p }

func (c *Company) between(from, to time.Duration) time.Duration {
	return from + time.Duration(c.rng.Int64N(int64(to-from)))
}

// around is a positive number whose median is given, and whose spread is a factor of e to the sigma.
func (c *Company) around(median, sigma float64) float64 {
	return median * math.Exp(sigma*c.rng.NormFloat64())
}

// days is a duration around a median number of days.
func (c *Company) days(median, sigma float64) time.Duration {
	return time.Duration(c.around(median, sigma) * float64(day))
}

func pick[T any](c *Company, from []T) T { return from[c.rng.IntN(len(from))] }

// weigh picks by weight.
func weigh[T any](c *Company, from []T, weight func(T) float64) T {
	sum := 0.0
	for _, x := range from {
		sum += weight(x)
	}
	at := c.rng.Float64() * sum
	for _, x := range from {
		if at -= weight(x); at < 0 {
			return x
		}
	}
	return from[len(from)-1]
}

// weighted is what has a weight of its own.
type weighted interface{ heavy() float64 }

func (x choice) heavy() float64 { return x.weight }

// choose picks by the weights that things have.
func choose[T weighted](c *Company, from []T) T { return weigh(c, from, T.heavy) }

// work is the wait until an hour of work about so much later: mostly on a weekday between eight and six.
func (c *Company) work(wait time.Duration) time.Duration {
	at := c.now.Add(wait)
	midnight := at.Truncate(day)
	if w := midnight.Weekday(); (w == time.Saturday || w == time.Sunday) && !c.chance(0.06) {
		midnight = midnight.Add(time.Duration((8-int(w))%7+c.rng.IntN(5)) * day)
	}
	hours := 8 + 5*(c.rng.Float64()+c.rng.Float64())
	at = midnight.Add(time.Duration(hours * float64(time.Hour))).Truncate(time.Millisecond)
	return max(c.between(time.Minute, time.Hour).Truncate(time.Millisecond), at.Sub(c.now))
}

func odds(p float64) float64      { return math.Log(p / (1 - p)) }
func share(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }
