package ledger

import "weir.dev/weir/pkg/event"

// Rate is what one unit of a currency is worth from a day on: Unscaled·10^-Decimals units of Base.
type Rate struct {
	Base     string
	Unscaled int64
	Decimals uint8
	Day      event.Day
}

// Currency is the rates of a currency. It is valid until its folder folds again.
type Currency struct {
	Code  string
	Rates []Rate // one a base and day, the last that was set
}

// CurrencyFolder folds the facts of currencies, one at a time, in room that it uses again.
type CurrencyFolder struct{ currency Currency }

// Fold is the rates that facts, which must be sorted, set as far as they were known by day k.
func (f *CurrencyFolder) Fold(_ *Definition, subject string, facts []Fact, k event.Day) *Currency {
	c := &f.currency
	c.Code, c.Rates = KindCurrency.ID(subject), c.Rates[:0]
	for i := range facts {
		if fact := &facts[i]; fact.Kind == event.KindFXRateSet && fact.KnownBy(k) {
			c.set(rate(fact))
		}
	}
	return c
}

func rate(fact *Fact) Rate {
	r := Rate{Base: fact.Text(NameBase)}
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameRate:
			r.Unscaled, r.Decimals = v.Int, v.Scale
		case NameDate:
			r.Day = event.Day(v.Int)
		}
	}
	return r
}

// set puts a rate in the place of an earlier one of its base and day.
func (c *Currency) set(r Rate) {
	for i := range c.Rates {
		if c.Rates[i].Base == r.Base && c.Rates[i].Day == r.Day {
			c.Rates[i] = r
			return
		}
	}
	c.Rates = append(c.Rates, r)
}
