package metric

import (
	"weir.dev/weir/pkg/ledger"
)

// byCustomer is the rollups of groups that accounts contribute to by their subscriptions. A customer with
// several plans is one in all, and one under each plan; so what is kept under one rollup is not the sum of
// another, and every point names its rollup.
func byCustomer() [][]ledger.Dim { return standard(ledger.DimProduct, ledger.DimPlan) }

// ofAccount is the dimensions that an account and its subscriptions carry.
var ofAccount = []ledger.Dim{
	ledger.DimOwner, ledger.DimTeam, ledger.DimSegment, ledger.DimRegion, ledger.DimIndustry, ledger.DimProduct,
}

// holding is what an account has on an evening in one cell of a rollup: in a currency, or, where it is the
// customer that counts, in none.
type holding struct {
	dims          *ledger.Dims
	plan          string
	currency      string
	customers     int64
	subscriptions int64
	gross, net    ledger.Annual
}

// value is the value of a dimension in the holding's cell.
func (h *holding) value(d ledger.Dim) string {
	if d == ledger.DimPlan {
		return h.plan
	}
	return h.dims[d]
}

// shares reports whether two holdings lie in the same cell of a rollup.
func (h *holding) shares(o *holding, r *Rollup) bool {
	if h.currency != o.currency {
		return false
	}
	for _, d := range r.Dims {
		if h.value(d) != o.value(d) {
			return false
		}
	}
	return true
}

// point is a point in the holding's cell.
func (h *holding) point(rollup int) Point {
	return Point{Rollup: int8(rollup), Dims: h.dims, Own: Values{h.plan}, Currency: h.currency}
}

// find is the holding of a list that lies in the same cell of a rollup as another; nil where there is none.
func find(list []holding, like *holding, r *Rollup) *holding {
	for i := range list {
		if list[i].shares(like, r) {
			return &list[i]
		}
	}
	return nil
}

// holdings is what an account has on an evening in the cells of a rollup.
func holdings(e *ledger.Evening, r *Rollup) []holding {
	var list []holding
	add := func(h holding) *holding {
		there := find(list, &h, r)
		if there == nil {
			list = append(list, h)
			there = &list[len(list)-1]
		}
		return there
	}
	for i := range e.Live {
		s := &e.Live[i]
		add(holding{dims: s.Dims, plan: s.Plan}).customers = 1
		h := add(holding{dims: s.Dims, plan: s.Plan, currency: s.Currency})
		h.subscriptions++
		h.gross, h.net = h.gross.Plus(s.Gross), h.net.Plus(s.Net)
	}
	return list
}

// eachChange calls change for every cell of every rollup in which an account has on an evening something else
// than on the one before: was and is lie in the same cell, and one of them may be empty. A rollup's evenings
// come in their order.
func eachChange(a *ledger.Account, rollups []Rollup, change func(rollup, evening int, was, is *holding)) {
	for r := range rollups {
		var before []holding
		for e := range a.Evenings {
			after := holdings(&a.Evenings[e], &rollups[r])
			for i := range after {
				was := find(before, &after[i], &rollups[r])
				if was == nil {
					was = &holding{dims: after[i].dims, plan: after[i].plan, currency: after[i].currency}
				}
				if !was.same(&after[i]) {
					change(r, e, was, &after[i])
				}
			}
			for i := range before {
				if find(after, &before[i], &rollups[r]) == nil {
					change(r, e, &before[i], &holding{dims: before[i].dims, plan: before[i].plan, currency: before[i].currency})
				}
			}
			before = after
		}
	}
}

// same reports whether two holdings of a cell count the same.
func (h *holding) same(o *holding) bool {
	return h.customers == o.customers && h.subscriptions == o.subscriptions && h.gross == o.gross && h.net == o.net
}
