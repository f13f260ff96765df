package metric

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of a rate. A cell holds one rate, so that its sum is the rate; what was known by a day comes
// of the algebra.
const (
	rateUnscaled uint16 = iota
	rateDecimals
)

// rates is what currencies are worth, by the day from which a rate holds. All lie in one bucket, anchored at
// the first of days: any of them may be the latest.
var rates = &Group{
	Name: "rates", Measures: []string{"unscaled", "decimals"}, Anchored: true,
	Own:  []ledger.Dim{ledger.DimBase},
	Keep: [][]ledger.Dim{{ledger.DimBase}},
	Currency: func(_ *ledger.Definition, c *ledger.Currency, out *Points) {
		for _, r := range c.Rates {
			out.add(Point{Day: r.Day, Currency: c.Code, Dims: noDims, Own: Values{r.Base}},
				Measure{rateUnscaled, r.Unscaled}, Measure{rateDecimals, int64(r.Decimals)})
		}
	},
}

// noDims is dimensions of which nothing is known.
var noDims = new(ledger.Dims)

// pair is two currencies: how many of base one of from is worth.
type pair struct{ from, base string }

// dated is a rate from a day on.
type dated struct {
	day  event.Day
	rate *big.Rat
}

// exchange is all rates that are known, those of each pair in order of the day.
type exchange map[pair][]dated

// exchangeOf reads the cells of rates.
func exchangeOf(cells []cellOf) exchange {
	x := exchange{}
	for i := range cells {
		c := &cells[i]
		if c.asked.group != rates || len(c.vector) == 0 {
			continue
		}
		decimals := new(big.Int).Exp(big.NewInt(10), big.NewInt(c.vector.Get(rateDecimals)), nil)
		p := pair{c.Currency, c.Values[0]}
		x[p] = append(x[p], dated{c.Day, new(big.Rat).SetFrac(big.NewInt(c.vector.Get(rateUnscaled)), decimals)})
	}
	for _, list := range x {
		slices.SortFunc(list, func(a, b dated) int { return cmp.Compare(a.day, b.day) })
	}
	return x
}

// at is the rate of a pair on a day: the latest at or before it.
func (x exchange) at(p pair, day event.Day) *big.Rat {
	list := x[p]
	i, found := slices.BinarySearchFunc(list, day, func(d dated, day event.Day) int { return cmp.Compare(d.day, day) })
	if found {
		i++
	}
	if i == 0 {
		return nil
	}
	return list[i-1].rate
}

// rate is how many units of one currency a unit of another is worth on a day, over as few rates as lead from
// one to the other, either way round; nil where none do.
func (x exchange) rate(from, to string, day event.Day) *big.Rat {
	worth := map[string]*big.Rat{from: big.NewRat(1, 1)}
	for reached := []string{from}; len(reached) > 0 && worth[to] == nil; reached = reached[1:] {
		for _, p := range x.pairs() {
			here, there := reached[0], p.base
			rate := x.at(p, day)
			if here == p.base {
				there = p.from
				if rate != nil {
					rate = new(big.Rat).Inv(rate)
				}
			}
			if rate != nil && worth[there] == nil && (here == p.from || here == p.base) {
				worth[there] = new(big.Rat).Mul(rate, worth[here])
				reached = append(reached, there)
			}
		}
	}
	return worth[to]
}

// pairs are those that have rates, in a fixed order.
func (x exchange) pairs() []pair {
	return slices.SortedFunc(maps.Keys(x), func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.base, b.base))
	})
}

// factor turns minor units of one currency into those of another.
func (x exchange) factor(from, to string, day event.Day) *big.Rat {
	r := x.rate(from, to, day)
	if r == nil {
		return nil
	}
	scale := big.NewRat(1, 1)
	ten := big.NewRat(10, 1)
	for n := ledger.Decimals(from); n < ledger.Decimals(to); n++ {
		scale.Mul(scale, ten)
	}
	for n := ledger.Decimals(to); n < ledger.Decimals(from); n++ {
		scale.Quo(scale, ten)
	}
	return scale.Mul(scale, r)
}

// ratesFrom is the bucket that all rates lie in.
var ratesFrom = calendar.MonthOf(0)
