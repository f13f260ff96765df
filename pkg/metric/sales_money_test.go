package metric_test

import (
	"fmt"
	"strings"
	"testing"
)

// twoCurrencies is a dollar that is worth half a euro from January on and 0.80 from March on, which became known on
// 20 April, and a pound that is worth nothing.
const twoCurrencies = `
	2026-01-01 fx.rate_set currency/USD base=EUR rate=0.50 date=2026-01-01
	2026-03-01 fx.rate_set currency/USD base=EUR rate=0.80 date=2026-03-01 @2026-04-20
`

func TestSalesMoneyOfTwoCurrenciesIsConvertedByTheRateOfItsDay(t *testing.T) {
	tellAll(t, []story{
		{"bookings: 50 + 80 + 7 euro, and 3 pounds", twoCurrencies + `
			2026-01-05 deal.created deal/A stage=qualify amount=100.00 currency=USD close_date=2026-03-31
			2026-02-05 deal.created deal/B stage=qualify amount=100.00 currency=USD term_months=24
			2026-02-05 deal.created deal/C stage=qualify amount=7.00 currency=EUR
			2026-02-05 deal.created deal/D stage=qualify amount=3.00 currency=GBP
			2026-02-10 deal.won deal/A
			2026-03-10 deal.won deal/B
			2026-03-10 deal.won deal/C
			2026-03-10 deal.won deal/D`, []asked{
			{"bookings_gross window=2026-Q1 as_of=2026-04-30", "137.00 n=3 missing {unconverted:{GBP:3.00}}"},
			{"bookings_gross window=2026-Q1 known=2026-04-19", "107.00 n=3 missing {unconverted:{GBP:3.00}}"}, // all dollars at 0.50
			{"bookings_gross window=2026-Q1 as_of=2026-04-30 currency=USD", "208.75 n=3 missing {unconverted:{GBP:3.00}}"},
			{"annual_bookings as_of=2026-04-30", "137.00 n=3 missing {unconverted:{GBP:3.00}}"},
			{"annual_bookings_fiscal as_of=2026-04-30", "137.00 n=3 missing {unconverted:{GBP:3.00}}"},
			{"annual_bookings_fiscal as_of=2026-02-28", "50.00 n=1"},
			{"average_deal_size window=2026-Q1 as_of=2026-04-30", "32.33 n=3 97.00/3 missing {unconverted:{GBP:3.00}}"}, // B is 50 dollars a year: 50 + 40 + 7
			{"in_period_bookings_created window=2026-Q1 as_of=2026-04-30", "137.00 n=3 missing {unconverted:{GBP:3.00}}"},
			{"in_period_bookings_created window=2026-03 as_of=2026-04-30", "0.00 n=0"},
			{"in_period_bookings_unplanned window=2026-03 as_of=2026-04-30", "87.00 n=2 missing {unconverted:{GBP:3.00}}"}, // without A
			{"in_period_bookings_unplanned window=2026-03 as_of=2026-04-30 currency=GBP", "3.00 n=1 missing {unconverted:{EUR:7.00,USD:100.00}}"},
		}},
		{"contracts: 50 euro a year for 100 dollars of January, 160 for 100 dollars of half a year of March", twoCurrencies + `
			2026-01-10 contract.signed deal/A amount=300.00 one_time=100.00 currency=USD start=2026-01-01 end=2027-12-31
			2026-03-10 contract.signed deal/A amount=100.00 currency=USD start=2026-01-01 end=2026-06-30
			2026-03-11 contract.signed deal/A amount=30.00 start=2026-01-01 end=2026-12-31
			2026-03-12 contract.signed deal/A amount=9.00 currency=GBP start=2026-01-01 end=2026-12-31`, []asked{
			{"average_contract_value window=2026-Q1 as_of=2026-04-30", "80.00 n=3 240.00/3 missing {short_term:1,unconverted:{GBP:9.00}}"}, // 50 + 160 + 30
			{"average_contract_value window=2026-Q1 known=2026-04-19", "60.00 n=3 180.00/3 missing {short_term:1,unconverted:{GBP:9.00}}"}, // 50 + 100 + 30
		}},
		{"cross-selling: 80 + 5 euro", twoCurrencies + `
			2026-01-05 deal.won deal/A account=A product=crm amount=1.00
			2026-03-05 deal.won deal/B account=A product=bi amount=100.00 currency=USD
			2026-03-05 deal.won deal/C account=A product=chat amount=5.00 currency=EUR
			2026-03-05 deal.won deal/D account=A product=mail amount=2.00 currency=GBP`, []asked{
			{"cross_sell_amount window=2026-Q1 as_of=2026-04-30", "85.00 n=2 missing {unconverted:{GBP:2.00}}"},
			{"cross_sell_amount window=2026-Q1 known=2026-04-19", "55.00 n=2 missing {unconverted:{GBP:2.00}}"},
		}},
		{"velocity of what is open, as large as what was won: 2 · 1 · 40 / 10", twoCurrencies + `
			2026-03-01 deal.created deal/A stage=qualify amount=50.00 currency=USD
			2026-03-11 deal.won deal/A
			2026-03-12 deal.created deal/B stage=qualify amount=1.00 currency=GBP
			2026-03-12 deal.created deal/C stage=qualify`, []asked{
			{"sales_velocity_open window=2026-03 as_of=2026-04-30", "8.00 n=2 80.00/10"},
			{"sales_velocity_open window=2026-03 known=2026-04-19", "5.00 n=2 50.00/10"},
		}},
	})
}

func TestMoneyThatLeaves64BitsIsSummedExactly(t *testing.T) {
	var script strings.Builder
	for i := range 1000 { // 500 won and 500 lost, of 10¹⁶ minor units each: the sum is 10¹⁹
		fmt.Fprintf(&script, "2026-01-%02d deal.updated deal/D%d amount=999999999999 currency=CLF\n", 4+i%2, i)
		fmt.Fprintf(&script, "2026-01-%02d deal.%s deal/D%d\n", 6+i%2, [...]string{"won", "lost"}[i%2], i)
	}
	check(t, tell(t, layoutOf(), script.String()), []asked{
		{"win_rate_amount window=2026-01 as_of=2026-01-31 currency=CLF", "0.5 n=1000 499999999999500.0000/999999999999000.0000"},
	})
}
