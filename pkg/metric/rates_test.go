package metric_test

import "testing"

// fx is deals in three currencies. The dollar is worth 0.90 euro from January on and 0.80 from February on,
// which became known on 20 March; the yen is worth 0.005 dollar; the pound has no rate.
const fx = `
	2026-01-01 fx.rate_set currency/USD base=EUR rate=0.90 date=2026-01-01
	2026-02-01 fx.rate_set currency/USD base=EUR rate=0.80 date=2026-02-01 @2026-03-20
	2026-01-01 fx.rate_set currency/JPY base=USD rate=0.005 date=2026-01-01
	2026-01-05 deal.created deal/A stage=qualify amount=100.10 currency=USD owner=ann
	2026-01-20 deal.won deal/A
	2026-01-06 deal.created deal/B stage=qualify amount=100 currency=USD owner=ann
	2026-02-20 deal.won deal/B
	2026-01-07 deal.created deal/C stage=qualify amount=50 currency=EUR owner=bob
	2026-02-21 deal.won deal/C
	2026-01-08 deal.created deal/D stage=qualify amount=7 currency=GBP owner=bob
	2026-02-22 deal.won deal/D
	2026-01-09 deal.created deal/E stage=qualify amount=200 currency=USD
`

func TestMoneyIsConvertedByTheRateOfItsDayAndStocksByThatOfTheDayAskedFor(t *testing.T) {
	c := tell(t, layoutOf(), fx)
	for _, q := range []struct{ name, ask, want string }{
		{"flows, each by its day: 90.09 + 80 + 50", "bookings window=2026 as_of=2026-03-31", "220.09 n=3 missing {unconverted:{GBP:7.00}}"},
		{"as known before the second rate: 90.09 + 90 + 50", "bookings window=2026 known=2026-03-19", "230.09 n=3 missing {unconverted:{GBP:7.00}}"},
		{"the other way: 100.10 + 100 + 50/0.8", "bookings window=2026 as_of=2026-03-31 currency=USD", "262.60 n=3 missing {unconverted:{GBP:7.00}}"},
		{"over two rates: 50 / 0.8 / 0.005", "bookings window=2026-02-21 as_of=2026-03-31 currency=JPY", "12500 n=1"},
		{"a mean leaves what has no rate out of both sides: 220.09 / 3", "average_deal_size_booked window=2026 as_of=2026-03-31", "73.36 n=3 220.09/3 missing {unconverted:{GBP:7.00}}"},
		{"stocks, on a day of January: 0.9 · 500.10 − 90.09 + 50", "open_pipeline as_of=2026-01-25", "320.00 n=3 missing {unconverted:{GBP:7.00}}"},
		{"stocks, in March: 0.8 · 200", "open_pipeline as_of=2026-03-31", "160.00 n=1"},
		{"of one owner: 90.09 + 80", "bookings window=2026 as_of=2026-03-31 where=owner:ann", "170.09 n=2"},
		{"of each owner", "bookings window=2026 as_of=2026-03-31 by=owner", "owner=ann: 170.09 n=2, owner=bob: 50.00 n=1 missing {unconverted:{GBP:7.00}}"},
		{"into one without a rate", "bookings window=2026 as_of=2026-03-31 currency=GBP", "7.00 n=1 missing {unconverted:{EUR:50.00,USD:200.10}}"},
	} {
		if got := c.ask(q.ask); got != q.want {
			t.Errorf("%s: %s:\n got %s\nwant %s", q.name, q.ask, got, q.want)
		}
	}
}

func TestTheFlowOfOneOwnerIsConvertedToo(t *testing.T) {
	check(t, tell(t, layoutOf(), fx+"2026-01-10 deal.created deal/F stage=qualify amount=10 currency=USD owner=ann close_date=2026-03-31"), []asked{
		{"flow window=2026-Q1 as_of=2026-03-31 where=owner:ann", "created 8.00 (1) closing 8.00 (1) balanced"}, // 0.8 · 10
	})
}
