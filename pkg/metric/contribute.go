package metric

import (
	"slices"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// Contributor works out contributions, in room that it uses again.
type Contributor struct {
	layout   *Layout
	deals    ledger.DealFolder
	leads    ledger.LeadFolder
	accounts ledger.AccountFolder
	points   Points
	deal     *ledger.Deal
	lead     *ledger.Lead
	account  *ledger.Account
	kind     ledger.Kind
}

// Fold folds facts (sorted), as far as they were known by day k, into a life to contribute from.
func (c *Contributor) Fold(layout *Layout, kind ledger.Kind, facts []ledger.Fact, k event.Day) {
	c.layout, c.kind = layout, kind
	switch kind {
	case ledger.KindDeal:
		c.deal = c.deals.Fold(layout.Def, facts, k)
	case ledger.KindLead:
		c.lead = c.leads.Fold(layout.Def, facts, k)
	case ledger.KindAccount:
		c.account = c.accounts.Fold(layout.Def, facts, k)
	}
}

// Points is what the folded life contributes to one group. It is valid until the next call.
func (c *Contributor) Points(group int) *Points {
	g := Groups[group]
	c.points.Reset()
	c.points.group, c.points.rollups = uint8(group), c.layout.Rollups[group]
	switch {
	case c.kind == ledger.KindDeal && g.Deal != nil:
		g.Deal(c.layout.Def, c.deal, &c.points)
	case c.kind == ledger.KindLead && g.Lead != nil:
		g.Lead(c.layout.Def, c.lead, &c.points)
	case c.kind == ledger.KindAccount && g.Account != nil:
		g.Account(c.layout.Def, c.account, &c.points)
	}
	return &c.points
}

// same reports whether two points add the same to the same cells.
func same(p *Points, a *Point, q *Points, b *Point) bool {
	return a.Day == b.Day && a.Anchor == b.Anchor && a.Rollup == b.Rollup && a.Currency == b.Currency && a.Own == b.Own &&
		(a.Dims == b.Dims || *a.Dims == *b.Dims) && slices.Equal(p.Vector(a), q.Vector(b))
}

// Diff calls emit for what must be added to come from before to after: the points that stand only in
// one of them, those of before with sign -1. Most events change the end of a life, so what both begin
// and end with is passed over first.
func Diff(before, after *Points, emit func(p *Points, pt *Point, sign int64)) {
	a, b := before.List, after.List
	for len(a) > 0 && len(b) > 0 && same(before, &a[0], after, &b[0]) {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && same(before, &a[len(a)-1], after, &b[len(b)-1]) {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	for i := range a {
		emit(before, &a[i], -1)
	}
	for i := range b {
		emit(after, &b[i], 1)
	}
}

// Deal is the deal that was folded last.
func (c *Contributor) Deal() *ledger.Deal { return c.deal }
