package metric

import (
	"slices"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// life is the life of an entity of some kind: folded, and then asked what it contributes to a group.
type life struct {
	fold       func(def *ledger.Definition, subject string, facts []ledger.Fact, k event.Day)
	contribute func(g *Group, def *ledger.Definition, out *Points)
	concerns   func(g *Group) bool // it contributes to the group
}

// lifeOf is the lives that a folder makes, and the function of a group that they contribute by.
func lifeOf[L any](
	fold func(def *ledger.Definition, subject string, facts []ledger.Fact, k event.Day) *L,
	by func(*Group) func(*ledger.Definition, *L, *Points),
) life {
	var folded *L
	return life{
		fold: func(def *ledger.Definition, subject string, facts []ledger.Fact, k event.Day) {
			folded = fold(def, subject, facts, k)
		},
		contribute: func(g *Group, def *ledger.Definition, out *Points) {
			if f := by(g); f != nil {
				f(def, folded, out)
			}
		},
		concerns: func(g *Group) bool { return by(g) != nil },
	}
}

// Contributor works out contributions, in room that it uses again.
type Contributor struct {
	layout *Layout
	deals  ledger.DealFolder
	deal   *ledger.Deal
	others [ledger.NumKinds]life // of the kinds beside deals
	points Points
	kind   ledger.Kind
	facts  []ledger.Fact
	known  event.Day
}

// newLives makes the lives of all kinds of entities beside deals.
func newLives() (lives [ledger.NumKinds]life) {
	var (
		leads      ledger.LeadFolder
		accounts   ledger.AccountFolder
		campaigns  ledger.CampaignFolder
		targets    ledger.TargetFolder
		currencies ledger.CurrencyFolder
		renewals   ledger.RenewalFolder
		tickets    ledger.TicketFolder
		answers    ledger.RespondentFolder
		users      ledger.UsageFolder
		features   ledger.UsageFolder
	)
	lives[ledger.KindLead] = lifeOf(leads.Fold, func(g *Group) func(*ledger.Definition, *ledger.Lead, *Points) { return g.Lead })
	lives[ledger.KindAccount] = lifeOf(accounts.Fold, func(g *Group) func(*ledger.Definition, *ledger.Account, *Points) { return g.Account })
	lives[ledger.KindCampaign] = lifeOf(campaigns.Fold, func(g *Group) func(*ledger.Definition, *ledger.Campaign, *Points) { return g.Campaign })
	target := lifeOf(targets.Fold, func(g *Group) func(*ledger.Definition, *ledger.Target, *Points) { return g.Target })
	lives[ledger.KindOwner], lives[ledger.KindTeam], lives[ledger.KindTenant] = target, target, target
	lives[ledger.KindCurrency] = lifeOf(currencies.Fold, func(g *Group) func(*ledger.Definition, *ledger.Currency, *Points) { return g.Currency })
	lives[ledger.KindRenewal] = lifeOf(renewals.Fold, func(g *Group) func(*ledger.Definition, *ledger.Renewal, *Points) { return g.Renewal })
	lives[ledger.KindTicket] = lifeOf(tickets.Fold, func(g *Group) func(*ledger.Definition, *ledger.Ticket, *Points) { return g.Ticket })
	lives[ledger.KindRespondent] = lifeOf(answers.Fold, func(g *Group) func(*ledger.Definition, *ledger.Respondent, *Points) { return g.Respondent })
	lives[ledger.KindUser] = lifeOf(users.Fold, func(g *Group) func(*ledger.Definition, *ledger.Usage, *Points) { return g.User })
	lives[ledger.KindFeature] = lifeOf(features.Fold, func(g *Group) func(*ledger.Definition, *ledger.Usage, *Points) { return g.Feature })
	return lives
}

// Fold folds the facts (sorted) of a subject, as far as they were known by day k, into a life to contribute
// from.
func (c *Contributor) Fold(layout *Layout, subject string, facts []ledger.Fact, k event.Day) {
	c.layout, c.kind, c.facts, c.known = layout, ledger.KindOf(subject), facts, k
	if c.kind == ledger.KindDeal {
		c.deal = c.deals.Fold(layout.Def, facts, k)
		return
	}
	if c.others[ledger.KindLead].fold == nil {
		c.others = newLives()
	}
	if fold := c.others[c.kind].fold; fold != nil { // else it counts for nothing by itself
		fold(layout.Def, subject, facts, k)
	}
}

// Points is what the folded life contributes to one group. It is valid until the next call.
func (c *Contributor) Points(group int) *Points {
	c.points.Reset()
	c.contribute(group, c.facts, &c.points)
	return &c.points
}

// contribute adds what the folded life contributes to a group; where each fact does by itself, what some of them do.
func (c *Contributor) contribute(group int, some []ledger.Fact, out *Points) {
	g := Groups[group]
	out.group, out.rollups = uint8(group), c.layout.Rollups[group]
	switch {
	case g.Fact != nil:
		for i := range some {
			if f := &some[i]; f.Origin == "" && f.KnownBy(c.known) {
				g.Fact(c.layout.Def, f, out)
			}
		}
	case c.kind == ledger.KindDeal:
		if g.Deal != nil {
			g.Deal(c.layout.Def, c.deal, out)
		}
	case c.others[c.kind].contribute != nil:
		c.others[c.kind].contribute(g, c.layout.Def, out)
	}
}

// Gather is what the folded life contributes to some groups, one after the other: see Points.Part. Where each fact
// does by itself, it is what some of them do.
func (c *Contributor) Gather(groups []int, some []ledger.Fact, out *Points) {
	out.Reset()
	for _, g := range groups {
		c.contribute(g, some, out)
		out.ends = append(out.ends, len(out.List))
	}
}

// Settle marks, in the deal that was folded last, what a fact that comes after all the others will leave as it
// is; then Extend folds it too.
func (c *Contributor) Settle(next *ledger.Fact) { c.deals.Settle(next) }

// Extend adds a fact that comes after all the others to the deal that was folded last.
func (c *Contributor) Extend(fact *ledger.Fact) { c.deal = c.deals.Extend(fact) }

// Extent is how far a change to an entity goes.
type Extent uint8

// A change of a whole life concerns all groups that the entity contributes to; one beside a deal (see
// ledger.Shapes) those that are Logged; one that comes last, and moves the deal nowhere, not those that are Moved.
const (
	Whole Extent = iota
	Beside
	Unmoved
	numExtents
)

// Concerned is the groups, by index, whose contribution by an entity of a kind such a change can change.
func Concerned(kind ledger.Kind, e Extent) []int { return concerned[kind][e] }

var concerned = concernedGroups()

func concernedGroups() (all [ledger.NumKinds][numExtents][]int) {
	lives := newLives()
	lives[ledger.KindDeal].concerns = func(g *Group) bool { return g.Deal != nil }
	for kind := range lives {
		for i, g := range Groups {
			if concerns := lives[kind].concerns; g.Fact == nil && (concerns == nil || !concerns(g)) {
				continue
			}
			for e, can := range [numExtents]bool{Whole: true, Beside: g.Logged, Unmoved: !g.Moved} {
				if can {
					all[kind][e] = append(all[kind][e], i)
				}
			}
		}
	}
	return all
}

// same reports whether two points add the same to the same cells.
func same(p *Points, a *Point, q *Points, b *Point) bool {
	return a.Day == b.Day && a.Anchor == b.Anchor && a.Rollup == b.Rollup && a.Currency == b.Currency && a.Own == b.Own &&
		(a.Dims == b.Dims || *a.Dims == *b.Dims) && slices.Equal(p.Vector(a), q.Vector(b))
}

// Diff is what must be taken away, and what added, to come from the points of before to those of after. Most
// events change the end of a life, so what both begin and end with is passed over first.
func Diff(before *Points, a []Point, after *Points, b []Point) (gone, come []Point) {
	for len(a) > 0 && len(b) > 0 && same(before, &a[0], after, &b[0]) {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && same(before, &a[len(a)-1], after, &b[len(b)-1]) {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

// Deal is the deal that was folded last.
func (c *Contributor) Deal() *ledger.Deal { return c.deal }
