package ledger

import "weir.dev/weir/pkg/event"

// What a deal tells the lead that it credits, and its account.

// deal: a merged deal hands what is kept beside it and its conversions to its survivor; any other tells the
// one lead that it credits that it does and how it ended, and its account what it won.
func (t *Teller) deal(def *Definition, subject string, facts []Fact, k event.Day) []Telling {
	d := t.deals.Fold(def, facts, k)
	if d.Into != "" {
		return hand(subject, KindDeal.Subject(d.Into), facts, k, func(kind event.Kind) bool {
			return !Shapes(kind) || kind == event.KindLeadConverted
		})
	}
	if d.Final.Status == Gone {
		return nil
	}
	var out []Telling
	if lead := Credited(facts, k, d); lead != "" {
		out = add(out, lead, Fact{Kind: event.KindDealCreated, Origin: subject})
		if o := d.Outcome; o != nil {
			kind := event.KindDealLost
			if o.Won {
				kind = event.KindDealWon
			}
			out = add(out, lead, Fact{Kind: kind, Time: o.At, Origin: subject})
		}
	}
	if account := AccountFor(facts, k, d); account != "" && d.Outcome != nil && d.Outcome.Won {
		out = add(out, account, won(subject, d))
	}
	return out
}

// Credited is the subject of the lead that a deal credits by day k: that of the earliest conversion into
// it, else the lead that the deal, folded from the same facts, names itself; empty for none.
func Credited(facts []Fact, k event.Day, d *Deal) string {
	if f := conversion(facts, k); f != nil {
		return f.Text(NameLead)
	}
	if d.Final.Lead != "" {
		return KindLead.Subject(d.Final.Lead)
	}
	return ""
}

// AccountFor is the subject of the account that a deal belongs to by day k: the one that the deal, folded
// from the same facts, names itself, else that of the conversion that it credits; empty for none.
func AccountFor(facts []Fact, k event.Day, d *Deal) string {
	account := d.Final.Account
	if account == "" {
		if f := conversion(facts, k); f != nil {
			account = f.Text(NameAccount)
		}
	}
	if account == "" {
		return ""
	}
	return KindAccount.Subject(account)
}

// conversion is the earliest conversion into a deal that is known by day k, nil for none.
func conversion(facts []Fact, k event.Day) *Fact {
	for i := range facts {
		if facts[i].Kind == event.KindLeadConverted && facts[i].KnownBy(k) {
			return &facts[i]
		}
	}
	return nil
}

// dealMatters is which facts of a deal matter; nil where it tells nothing. An amount, say, matters to the
// account alone, and only once the deal is won.
func dealMatters(def *Definition, facts []Fact) func(*Fact) bool {
	lead, account, ended, won := false, false, false, false
	for i := range facts {
		f := &facts[i]
		switch f.Kind {
		case event.KindActivityLogged, event.KindActivityScheduled, event.KindActivityCancelled:
			continue
		case event.KindDealMerged:
			return func(*Fact) bool { return true }
		case event.KindDealWon:
			won = true
		case event.KindDealLost:
			ended = true
		case event.KindLeadConverted:
			lead = true
		case event.KindDealCreated, event.KindDealStageChanged, event.KindDealReopened:
			category := def.Stage(f.Text(NameStage)).Category
			won, ended = won || category == CategoryWon, ended || category == CategoryLost
		}
		lead, account = lead || f.Has(NameLead), account || f.Has(NameAccount)
	}
	switch {
	case won && account:
		return func(f *Fact) bool { return ofDeal(f.Kind) || f.Origin != "" && ofLead(f.Kind) }
	case lead && (won || ended):
		return func(f *Fact) bool { return moves(f.Kind) || f.Kind == event.KindLeadConverted || f.Has(NameLead) }
	case lead:
		return func(f *Fact) bool {
			return f.Kind == event.KindDealDeleted || f.Kind == event.KindLeadConverted || f.Has(NameLead)
		}
	default:
		return nil
	}
}

// moves reports whether facts of a kind can open or end a deal.
func moves(k event.Kind) bool {
	switch k {
	case event.KindDealCreated, event.KindDealStageChanged, event.KindDealWon, event.KindDealLost, event.KindDealReopened,
		event.KindDealDeleted:
		return true
	default:
		return false
	}
}

// ofLead reports whether facts of a kind are what a lead tells a deal.
func ofLead(k event.Kind) bool {
	return k == event.KindLeadConverted || k == event.KindLeadCaptured || k == event.KindLeadQualified
}
