package metric

import (
	"slices"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// What a win is to the account that has bought something on an earlier day: a product that it did not have, or it is
// not known whether it is one. Purchases of one day are one.
const (
	notCross = iota
	crossSold
	crossUnknown
)

// cross is what a win is to its account.
func cross(a *ledger.Account, w *ledger.AccountWin) int {
	product := w.Dims[ledger.DimProduct]
	earlier, known := false, false
	for had := range purchases(a, w.Day) {
		if had != "" && had == product {
			return notCross
		}
		earlier, known = true, known || had != ""
	}
	switch {
	case !earlier:
		return notCross
	case product == "" || !known:
		return crossUnknown
	default:
		return crossSold
	}
}

// purchases are the products that an account had bought before a day, by deals or as subscriptions; empty where one
// is not named.
func purchases(a *ledger.Account, before event.Day) func(yield func(product string) bool) {
	return func(yield func(string) bool) {
		for i := range a.Wins {
			if w := &a.Wins[i]; w.Day < before && !yield(w.Dims[ledger.DimProduct]) {
				return
			}
		}
		for i := range a.Evenings {
			for j := range a.Evenings[i].Live {
				if a.Evenings[i].Day < before && !yield(a.Evenings[i].Live[j].Product) {
					return
				}
			}
		}
	}
}

// The measures of cross-selling.
const (
	crossDeals uint16 = iota
	crossPriced
	crossAmount
	crossUnknowns
)

// crossSales is the wins that sold an account another product, with the dimensions of the deal.
var crossSales = &Group{
	Name: "cross_sales", Measures: []string{"deals", "priced", "amount", "unknown"}, Keep: standard(ledger.DimProduct),
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		for i := range a.Wins {
			w := &a.Wins[i]
			pt := Point{Day: w.Day, Dims: w.Dims, Currency: w.Currency}
			switch cross(a, w) {
			case crossSold:
				out.add(pt, Measure{crossDeals, 1}, Measure{crossPriced, one(w.Priced)}, Measure{crossAmount, w.Amount})
			case crossUnknown:
				out.add(pt, Measure{crossUnknowns, 1})
			}
		}
	},
}

// The measures of those who bought: the days on which an account bought another product, anchored at themselves, and
// those again, anchored at the last such day: of a window, what both lie in must be taken off for each account to
// count once.
const (
	crossDays uint16 = iota
	crossAgain
)

// crossBuyers is the accounts that bought another product, with the dimensions of their first purchase; by product, under
// each that they bought so.
var crossBuyers = &Group{
	Name: "cross_buyers", Measures: []string{"days", "again"}, Anchored: true, Exact: true,
	Keep: [][]ledger.Dim{{}, {ledger.DimSegment}, {ledger.DimProduct}},
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		for i := range out.rollups {
			crossBuys(a, int8(i), out.rollups[i].has(ledger.DimProduct), out)
		}
	},
}

// crossBuys adds the days on which an account bought another product to a rollup, or each such product on its day.
func crossBuys(a *ledger.Account, rollup int8, byProduct bool, out *Points) {
	_, dims := firstPurchase(a)
	last := event.Day(-1)
	for i := range a.Wins {
		w := &a.Wins[i]
		if cross(a, w) != crossSold {
			continue
		}
		pt := Point{Rollup: rollup, Anchor: w.Day, Day: w.Day, Dims: dims}
		if byProduct {
			if pt.Dims = w.Dims; !boughtBefore(a.Wins[:i], w) {
				out.addTo(pt, Measure{crossDays, 1})
			}
			continue
		}
		if w.Day == last {
			continue
		}
		out.addTo(pt, Measure{crossDays, 1})
		if pt.Anchor = last; last >= 0 {
			out.addTo(pt, Measure{crossAgain, 1})
		}
		last = w.Day
	}
}

// boughtBefore reports whether one of the wins of the same day is of the same product.
func boughtBefore(wins []ledger.AccountWin, w *ledger.AccountWin) bool {
	return slices.ContainsFunc(wins, func(o ledger.AccountWin) bool {
		return o.Day == w.Day && o.Dims[ledger.DimProduct] == w.Dims[ledger.DimProduct]
	})
}

// buyers is the accounts that have bought something, from their first purchase on and with its dimensions, whatever it
// was that they bought.
var buyers = &Group{
	Name: "buyers", Measures: []string{"accounts"}, Stock: true, Keep: [][]ledger.Dim{{}, {ledger.DimSegment}},
	Carried: allBut(ledger.DimProduct),
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		if day, dims := firstPurchase(a); dims != nil {
			out.add(Point{Day: day, Dims: dims}, Measure{0, 1})
		}
	},
}

// firstPurchase is the day on which an account first won a deal or had a subscription, and the dimensions of the deal,
// else of the account; nil where it never did.
func firstPurchase(a *ledger.Account) (day event.Day, dims *ledger.Dims) {
	if i := slices.IndexFunc(a.Evenings, func(e ledger.Evening) bool { return len(e.Live) > 0 }); i >= 0 {
		day, dims = a.Evenings[i].Day, a.Evenings[i].Dims
	}
	if len(a.Wins) > 0 && (dims == nil || a.Wins[0].Day <= day) {
		day, dims = a.Wins[0].Day, a.Wins[0].Dims
	}
	return day, dims
}

// allBut is the dimensions that every entity carries, without one.
func allBut(not ledger.Dim) (dims []ledger.Dim) {
	for d := range ledger.NumDims {
		if d != not {
			dims = append(dims, d)
		}
	}
	return dims
}
