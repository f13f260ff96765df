package ledger

import (
	"time"

	"weir.dev/weir/pkg/event"
)

// Contract is a contract that was signed for a deal.
type Contract struct {
	At         int64
	Day        event.Day
	Amount     int64 // minor units of Currency, one-time fees included
	OneTime    int64 // the part of it that is one-time fees
	Currency   string
	Start, End event.Day // its first and its last day
	Dims       *Dims     // of the deal at that time
}

// Months is its term, as a fraction: whole months from the first day on, and of the one that it does not fill
// the share of its days. A month ends on the day before its number comes again, or at the end of a month that
// has no such day. parts is never 0.
func (c *Contract) Months() (num, parts int64) {
	year, month, day := c.Start.Date()
	after := func(months int) event.Day {
		first := event.DayOf(year, month+time.Month(months), 1)
		last := event.DayOf(year, month+time.Month(months)+1, 1) - 1
		return min(first+event.Day(day-1), last)
	}
	to := c.End + 1
	endYear, endMonth, _ := to.Date()
	whole := (endYear-year)*12 + int(endMonth-month)
	if after(whole) > to {
		whole--
	}
	parts = int64(after(whole+1) - after(whole))
	return int64(whole)*parts + int64(to-after(whole)), parts
}

func contract(def *Definition, dims *Dims, fact *Fact) Contract {
	c := Contract{At: fact.Time, Day: def.Day(fact.Time), Currency: def.Currency, Dims: dims}
	if currency := fact.Text(NameCurrency); currency != "" {
		c.Currency = currency
	}
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameAmount:
			c.Amount = minor(v.Int, v.Scale, c.Currency)
		case NameOneTime:
			c.OneTime = minor(v.Int, v.Scale, c.Currency)
		case NameStart:
			c.Start = event.Day(v.Int)
		case NameEnd:
			c.End = event.Day(v.Int)
		}
	}
	return c
}
