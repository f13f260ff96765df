package metric

import "weir.dev/weir/pkg/ledger"

// movement is one way in which what recurs changes.
type movement uint16

// The movements: a customer who comes for the first time, or again; one who stays and has more, or less; one
// who leaves. What changes hands within an account, between its plans, say, is a movement where it is looked
// at by plan, and none in all.
const (
	movedNew movement = iota
	movedExpansion
	movedContraction
	movedChurned
	movedReactivation
	movements
)

// The measures of a movement: how many there were, and what they are worth a year. Behind them, the change that
// they come to, which is kept from what stands and not from them; and what of expansion and contraction is
// selling more, and what is the price.
const (
	movedCount uint16 = iota
	movedAmount
	movedRest
	movedMeasures

	movedChange     = uint16(movements) * movedMeasures
	movedChangeRest = movedChange + 1
	upsold          = movedChange + 2
	upsoldAmount    = movedChange + 3
	upsoldRest      = movedChange + 4
	repriced        = movedChange + 5
	repricedAmount  = movedChange + 6
	repricedRest    = movedChange + 7
)

// measure is the index of one of the movement's measures.
func (m movement) measure(of uint16) uint16 { return uint16(m)*movedMeasures + of }

// times is how many movements of a kind there were.
func (m movement) times() Term { return moving.sum(m.measure(movedCount)) }

// mrr is what they come to a month.
func (m movement) mrr() Term {
	return Term{Group: moving, Plus: []uint16{m.measure(movedAmount)}, Money: true, Rest: m.measure(movedRest), Per: months}
}

// moving is how recurring revenue moved, an account and day at a time.
var moving = &Group{
	Name: "movements",
	Measures: []string{
		"new", "new_amount", "new_rest", "expansion", "expansion_amount", "expansion_rest", "contraction", "contraction_amount",
		"contraction_rest", "churned", "churned_amount", "churned_rest", "reactivation", "reactivation_amount", "reactivation_rest",
		"change", "change_rest", "upsold", "upsold_amount", "upsold_rest", "repriced", "repriced_amount", "repriced_rest",
	},
	Own:     []ledger.Dim{ledger.DimPlan},
	Carried: ofAccount,
	Keep:    byCustomer(),
	Exact:   true,
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) {
		first := firstEvening(a)
		eachChange(a, out.rollups, func(rollup, evening int, was, is *holding) {
			change := is.gross.Minus(was.gross)
			if change.Sign() == 0 {
				return
			}
			pt := is.point(rollup)
			pt.Day = a.Evenings[evening].Day
			m, size := movementOf(a, evening, first, change), change
			if change.Sign() < 0 {
				size = ledger.Annual{}.Minus(change)
			}
			out.addTo(pt, Measure{m.measure(movedCount), 1}, Measure{m.measure(movedAmount), size.Whole},
				Measure{m.measure(movedRest), size.Rest}, Measure{movedChange, change.Whole}, Measure{movedChangeRest, change.Rest})
		})
		for i := 1; i < len(a.Evenings); i++ {
			sold(&a.Evenings[i-1], &a.Evenings[i], out)
		}
	},
}

// firstEvening is the first evening on which the account was a customer.
func firstEvening(a *ledger.Account) int {
	for i := range a.Evenings {
		if a.Evenings[i].Customer() {
			return i
		}
	}
	return len(a.Evenings)
}

// movementOf is what a change on an evening is.
func movementOf(a *ledger.Account, evening, first int, change ledger.Annual) movement {
	switch {
	case evening == first:
		return movedNew
	case !a.Evenings[evening].Customer():
		return movedChurned
	case !a.Evenings[evening-1].Customer():
		return movedReactivation
	case change.Sign() > 0:
		return movedExpansion
	default:
		return movedContraction
	}
}

// sold adds what an account was sold more of the products that it had the evening before, and what of the rest
// is the price.
func sold(before, after *ledger.Evening, out *Points) {
	for i := range after.Live {
		s := &after.Live[i]
		if !leads(after.Live, i) || !has(before.Live, s) {
			continue
		}
		more, price := volume(before.Live, after.Live, s)
		pt := Point{Day: after.Day, Dims: s.Dims, Own: Values{s.Plan}, Currency: s.Currency}
		if more.Sign() > 0 {
			out.add(pt, Measure{upsold, 1}, Measure{upsoldAmount, more.Whole}, Measure{upsoldRest, more.Rest})
		}
		if price.Sign() != 0 {
			out.add(pt, Measure{repriced, 1}, Measure{repricedAmount, price.Whole}, Measure{repricedRest, price.Rest})
		}
	}
}

// alike reports whether two subscriptions are of the same product, in the same currency.
func alike(a, b *ledger.Subscription) bool { return a.Product == b.Product && a.Currency == b.Currency }

func has(list []ledger.Subscription, s *ledger.Subscription) bool {
	for i := range list {
		if alike(&list[i], s) {
			return true
		}
	}
	return false
}

// leads reports whether a subscription is the first of its product and currency in a list.
func leads(list []ledger.Subscription, i int) bool { return !has(list[:i], &list[i]) }

// kept is the subscription of a list with the id, product and currency of another; nil where there is none.
func kept(list []ledger.Subscription, s *ledger.Subscription) *ledger.Subscription {
	for i := range list {
		if list[i].ID == s.ID && alike(&list[i], s) {
			return &list[i]
		}
	}
	return nil
}

// volume is what the subscriptions of a product are worth more, or less, by what they contain: the quantity at
// the old price, another tier or plan, a subscription that came or went; and what is left, which is the price.
func volume(before, after []ledger.Subscription, like *ledger.Subscription) (more, price ledger.Annual) {
	for i := range after {
		s := &after[i]
		if !alike(s, like) {
			continue
		}
		was := kept(before, s)
		switch {
		case was == nil:
			more = more.Plus(s.Gross)
		case was.Tier != s.Tier || was.Plan != s.Plan:
			more = more.Plus(s.Gross.Minus(was.Gross))
		default:
			at := was.At(s.Quantity)
			more, price = more.Plus(at.Minus(was.Gross)), price.Plus(s.Gross.Minus(at))
		}
	}
	for i := range before {
		if s := &before[i]; alike(s, like) && kept(after, s) == nil {
			more = more.Minus(s.Gross)
		}
	}
	return more, price
}
