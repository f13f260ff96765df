package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of spend, for each purpose: the money, and how many records began.
const (
	spendMarketing uint16 = iota
	spendSales
	spendRetention
	spendBegan
)

var spendPurposes = map[string]uint16{"marketing": spendMarketing, "sales": spendSales, "retention": spendRetention}

// byCampaign is the dimensions that spend and what it brought are split by.
var byCampaign = []ledger.Dim{ledger.DimCampaign, ledger.DimChannel}

// spend is what was spent, on each of the days that it covers: of n days, day i (from 0) gets
// ⌊total·(i+1)/n⌋ − ⌊total·i/n⌋ minor units.
var spend = &Group{
	Name:     "spend",
	Measures: []string{"marketing", "sales", "retention", "marketing_began", "sales_began", "retention_began"},
	Carried:  byCampaign, Keep: alone(byCampaign...),
	Campaign: func(_ *ledger.Definition, c *ledger.Campaign, out *Points) {
		for i := range c.Spends {
			s := &c.Spends[i]
			purpose := spendPurposes[s.Purpose]
			spread(s.Amount, s.From, s.To, func(day event.Day, part int64) {
				out.add(Point{Day: day, Currency: s.Currency, Dims: s.Dims},
					Measure{purpose, part}, Measure{spendBegan + purpose, one(day == s.From)})
			})
		}
	},
}

// spread calls emit for each day of a span, its last included, with the day's part of a total that is not
// negative.
func spread(total int64, from, to event.Day, emit func(day event.Day, part int64)) {
	n, before := int64(to-from)+1, int64(0)
	for i := int64(1); i <= n; i++ {
		upTo := total/n*i + total%n*i/n // ⌊total·i/n⌋, whose product might not fit
		emit(from+event.Day(i-1), upTo-before)
		before = upTo
	}
}

// alone is the rollups in all, and by each of some dimensions.
func alone(dims ...ledger.Dim) [][]ledger.Dim {
	keep := [][]ledger.Dim{{}}
	for _, d := range dims {
		keep = append(keep, []ledger.Dim{d})
	}
	return keep
}
