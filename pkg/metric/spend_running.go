package metric

import "weir.dev/weir/pkg/ledger"

// running is the records of spend that go on after an evening: with those that begin in a window, they are
// what a window's spend is the sum of.
var running = &Group{
	Name: "spend_running", Measures: []string{"marketing", "sales", "retention"}, Stock: true,
	Carried: byCampaign, Keep: alone(byCampaign...),
	Campaign: func(_ *ledger.Definition, c *ledger.Campaign, out *Points) {
		for i := range c.Spends {
			if s := &c.Spends[i]; s.From < s.To {
				purpose := spendPurposes[s.Purpose]
				out.add(Point{Day: s.From, Currency: s.Currency, Dims: s.Dims}, Measure{purpose, 1})
				out.add(Point{Day: s.To, Currency: s.Currency, Dims: s.Dims}, Measure{purpose, -1})
			}
		}
	},
}

// spendOn is the inputs of the spend of a purpose, and spent their formula: the money, and of how many records.
func spendOn(purpose uint16) []Input {
	return []Input{
		{Term: spend.money(purpose)},
		{Term: spend.sum(spendBegan + purpose)},
		{Term: running.sum(purpose), Over: OverOpening},
	}
}

func spent(v *View) Result {
	return Result{Value: v.Sum(0), N: v.Priced(1) + v.Priced(2)}
}
