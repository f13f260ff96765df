package metric

import (
	"slices"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of entitlements and of what is used.
const (
	featuresEntitled uint16 = iota
	featuresUsed
	featuresNotEntitled
	featuresOfNoCustomer
)

// features is the features that accounts are entitled to by their live subscriptions, and those that they used
// in the last 28 days, as changes to stocks: by whether they were entitled, or customers at all.
var features = &Group{
	Name: "features", Measures: []string{"entitled", "used", "not_entitled", "no_customer"}, Stock: true,
	Own:  []ledger.Dim{ledger.DimPlan, ledger.DimAccount, ledger.DimFeature},
	Keep: standard(ledger.DimPlan, ledger.DimAccount, ledger.DimFeature),
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		var all []string
		for i := range a.Evenings {
			all = a.Evenings[i].Features(all)
		}
		slices.Sort(all)
		for _, f := range slices.Compact(all) {
			entitled := func(e *ledger.Evening) bool { return e.Entitled(f) }
			runs(a, entitled, sameAccount, func(e *ledger.Evening, day event.Day, sign int64) {
				out.add(Point{Day: day, Dims: e.Dims, Own: Values{e.Plan(), a.ID, f}}, Measure{featuresEntitled, sign})
			})
		}
	},
	Feature: func(_ *ledger.Definition, u *ledger.Usage, out *Points) {
		for _, s := range u.Active {
			stretches(u.Settings, s.From, s.To, func(at *ledger.Setting, day event.Day, sign int64) {
				out.add(Point{Day: day, Dims: at.Dims, Own: Values{at.Plan, u.Account, u.Feature}}, Measure{featuresUsed, sign * one(at.Entitled)},
					Measure{featuresNotEntitled, sign * one(at.Customer && !at.Entitled)}, Measure{featuresOfNoCustomer, sign * one(!at.Customer)})
			})
		}
	},
}

var adoptionBreadth = Metric{
	ID: "adoption_breadth", Version: 1, Unit: Ratio, Kind: Stock, Direction: Up,
	Sentence: "Of the features that customers are entitled to, the share that they used in the last 28 days; by=feature, the share of the entitled customers that used it. " +
		"missing.entitlement are features used that no subscription contains, missing.subscription those used without a live subscription.",
	Formula:   "count(features of an account used in (T − 28 days, T] and entitled at T) / count(features of an account entitled at T)",
	Source:    "metric table: product adoption",
	Siblings:  []string{"adoption_depth", "active_users"},
	Ambiguity: "How much of it is used, not by how many (adoption_depth). Entitled is what live subscriptions list at T; an account whose subscriptions list nothing is out.",
	Num:       features.sum(featuresUsed),
	Den:       features.sum(featuresEntitled),
	Missing:   []Gap{{"entitlement", features.sum(featuresNotEntitled)}, {"subscription", features.sum(featuresOfNoCustomer)}},
}
