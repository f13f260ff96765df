package metric_test

import (
	"math/big"
	"strings"
	"testing"

	"weir.dev/weir/pkg/metric"
)

// fourVs is two periods. In January two deals are decided and one is won, of 100.00 after 10 days: 10.00 a day. In
// February four are decided and three won, of 120.00 on average after 6 days: 60.00 a day.
const fourVs = `
	2026-01-01 deal.created deal/A1 stage=qualify amount=100.00 owner=ann
	2026-01-01 deal.created deal/A2 stage=qualify amount=500.00 owner=ann
	2026-01-11 deal.won deal/A1
	2026-01-11 deal.lost deal/A2
	2026-02-01 deal.created deal/B1 stage=qualify amount=90.00 owner=ann
	2026-02-01 deal.created deal/B2 stage=qualify amount=120.00 owner=bob
	2026-02-01 deal.created deal/B3 stage=qualify amount=150.00 owner=bob
	2026-02-01 deal.created deal/B4 stage=qualify amount=500.00 owner=bob
	2026-02-05 deal.won deal/B1
	2026-02-07 deal.won deal/B2
	2026-02-09 deal.won deal/B3 @2026-03-05
	2026-02-09 deal.lost deal/B4
	2026-02-20 deal.created deal/C1 stage=qualify owner=ann
	2026-02-20 deal.created deal/C2 stage=qualify owner=ann
`

func TestVelocityIsTheMoneyOfADay(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"sales_velocity as_of=2026-03-31", "null n=0 low"},
			{"sales_velocity_open as_of=2026-03-31", "null n=0 low (no deal was decided in the window)"},
			{"revenue_impact as_of=2026-03-31", "null n=0 low"},
			{"revenue_impact as_of=2026-03-31 by=driver", "driver=volume: null n=0 low, driver=value: null n=0 low, driver=velocity: null n=0 low, driver=conversion: null n=0 low"},
		}},
		{"two periods", fourVs, []asked{
			{"sales_velocity window=2026-01 as_of=2026-03-31", "10.00 n=2 100.00/10"},     // 2 · 1/2 · 100 / 10
			{"sales_velocity window=2026-02 as_of=2026-03-31", "60.00 n=4 360.00/6"},      // 4 · 3/4 · 120 / 6
			{"sales_velocity window=2026-02 known=2026-03-04", "42.00 n=3 210.00/5"},      // 3 · 2/3 · 105 / 5
			{"sales_velocity_open window=2026-02 as_of=2026-03-31", "30.00 n=2 180.00/6"}, // 2 · 3/4 · 120 / 6
			{"sales_velocity_open window=2026-02 known=2026-03-04", "42.00 n=3 210.00/5"}, // B3 open too: 3 · 2/3 · 105 / 5
			// bob: 3 · 2/3 · 135 / 7, ann: 1 · 90 / 4
			{"sales_velocity window=2026-02 as_of=2026-03-31 by=owner", "owner=bob: 38.57 n=3 270.00/7, owner=ann: 22.50 n=1 90.00/4"},
			{"sales_velocity window=2026-01-12..2026-02-01 as_of=2026-03-31", "null n=0 low"},
		}},
		{"what one of the four lacks", `
			2026-01-01 deal.created deal/A stage=qualify
			2026-01-03 deal.lost deal/A
			2026-02-01 deal.created deal/B stage=qualify
			2026-02-03 deal.won deal/B
			2026-03-03 deal.won deal/C amount=1.00
			2026-04-01 deal.created deal/D stage=signed amount=1.00
			2026-04-02 deal.created deal/E stage=qualify amount=1.00
			2026-05-01 deal.created deal/F stage=qualify amount=1.00
			2026-05-03 deal.won deal/F
			2026-06-02 deal.created deal/G stage=qualify amount=1.00`, []asked{
			{"sales_velocity_open window=2026-06 as_of=2026-06-30", "null n=2 (no deal was decided in the window)"}, // E and G are open
			{"sales_velocity window=2026-01 as_of=2026-06-30", "null n=1 (no deal was won, so there is neither a size nor a cycle)"},
			{"sales_velocity window=2026-02 as_of=2026-06-30", "null n=1 (no won deal has an amount in a currency that has a rate) missing {amount:1}"},
			{"sales_velocity window=2026-03 as_of=2026-06-30", "null n=1 (of no won deal is the creation known) missing {creation:1}"},
			{"sales_velocity window=2026-04 as_of=2026-06-30", "null n=1 (the mean cycle is 0)"},
			{"sales_velocity_open window=2026-04 as_of=2026-06-30", "null n=1 (the mean cycle is 0)"},
			{"revenue_impact window=2026-05 as_of=2026-06-30", "null n=1 0.50/null (in the period before, the mean cycle is 0)"},
			{"revenue_impact window=2026-04 as_of=2026-06-30", "null n=1 (the mean cycle is 0)"},
		}},
		{"two currencies: the dollar is worth 0.50, then 0.80; the pound nothing", `
			2026-01-01 fx.rate_set currency/USD base=EUR rate=0.50 date=2026-01-01
			2026-02-01 fx.rate_set currency/USD base=EUR rate=0.80 date=2026-02-01
			2026-01-01 deal.created deal/A stage=qualify amount=40.00 currency=USD
			2026-01-01 deal.created deal/B stage=qualify amount=60.00 currency=EUR
			2026-01-01 deal.created deal/C stage=qualify amount=99.00 currency=GBP
			2026-01-11 deal.won deal/A
			2026-01-11 deal.won deal/B
			2026-01-11 deal.won deal/C
			2026-02-01 deal.created deal/D stage=qualify amount=100.00 currency=USD
			2026-02-11 deal.won deal/D`, []asked{
			{"sales_velocity window=2026-01 as_of=2026-03-31", "12.00 n=3 120.00/10 missing {unconverted:{GBP:99.00}}"},              // 3 · (20 + 60)/2 / 10
			{"sales_velocity window=2026-01 as_of=2026-03-31 currency=USD", "24.00 n=3 240.00/10 missing {unconverted:{GBP:99.00}}"}, // 3 · (40 + 120)/2 / 10
			{"revenue_impact window=2026-02 as_of=2026-03-31", "-4.00 n=1 8.00/12.00 missing {unconverted:{GBP:99.00}}"},
		}},
	})
}

// TestTheImpactOfTheDriversAddsUp compares with the logarithmic mean worked out by hand: from 10 to 60 a day it is
// 50 / ln 6 = 27.9055…, and the drivers changed by 4/2, 120/100, 10/6 and (3/4)/(1/2).
func TestTheImpactOfTheDriversAddsUp(t *testing.T) {
	c := tell(t, layoutOf(), fourVs)
	check(t, c, []asked{
		{"revenue_impact window=2026-02 as_of=2026-03-31", "50.00 n=4 60.00/10.00"},
		{"revenue_impact window=2026-02 known=2026-03-04", "32.00 n=3 42.00/10.00"},
		{"revenue_impact window=2026-01 as_of=2026-03-31 against=2026-02", "-50.00 n=2 10.00/60.00"},
		{"revenue_impact window=2026-02 as_of=2026-02-14", "50.00 n=4 60.00/10.00 missing {immature:0.5}"},
		{"revenue_impact window=2026-02 as_of=2026-03-31 where=driver:value", "5.09 n=4 120.00/100.00"},
		{"revenue_impact window=2026-02 as_of=2026-03-31 by=driver", strings.Join([]string{
			"driver=volume: 19.35 n=4 4/2",                       // 27.9055 · ln 2 = 19.3426, and the cent that rounding left over
			"driver=value: 5.09 n=4 120.00/100.00",               // 27.9055 · ln 1.2 = 5.0878
			"driver=velocity: 14.25 n=4 0.16666666666666666/0.1", // 27.9055 · ln 10/6 = 14.2549
			"driver=conversion: 11.31 n=4 0.75/0.5",              // 27.9055 · ln 1.5 = 11.3147
		}, ", ")},
		{"revenue_impact window=2026-02 as_of=2026-03-31 where=driver:weather", "the metric has no such option: driver is one of volume, value, velocity, conversion"},
		{"sales_velocity window=2026-02 as_of=2026-03-31 against=2026-01", "the metric has no such option: against is for what compares two periods"},
	})
}

func TestTheImpactIsOfThePeriodBeforeAndOfEachOwner(t *testing.T) {
	c := tell(t, layoutOf(), fourVs+`
		2026-02-10 deal.created deal/D1 stage=qualify amount=100.00 owner=ann
		2026-02-20 deal.won deal/D1`)
	check(t, c, []asked{
		// ann: 1 · 100 / 10 = 5 · 2 before; now 2 · 95 / 7
		{"revenue_impact window=2026-02 as_of=2026-03-31 where=owner:ann", "17.14 n=2 27.14/10.00"},
		{"revenue_impact window=2026-02 as_of=2026-03-31 where=owner:bob", "null n=3 38.57/null (in the period before, no deal was decided)"},
		{"revenue_impact window=2026-02-15..2026-03-01 as_of=2026-03-31 where=owner:ann", "-12.50 n=1 10.00/22.50"}, // the 14 days before have B1 alone
	})
	for _, ask := range []string{"revenue_impact window=2026-02 as_of=2026-03-31", "revenue_impact window=2026-01 as_of=2026-03-31 against=2026-02"} {
		whole, _, err := c.answer(ask)
		if err != nil {
			t.Fatal(err)
		}
		parts, _, err := c.answer(ask + " by=driver")
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Rat)
		for i := range parts {
			sum.Add(sum, rational(t, parts[i].Value))
		}
		if sum.Cmp(rational(t, whole[0].Value)) != 0 {
			t.Errorf("%s: the parts are %s, the whole %s", ask, sum, number(whole[0].Value))
		}
	}
}

func rational(t *testing.T, n *metric.Number) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(number(n))
	if !ok {
		t.Fatalf("%s is no number", number(n))
	}
	return r
}
