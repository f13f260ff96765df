package metric_test

import "testing"

func TestWhatCustomersBuyBesideWhatTheyHave(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"cross_sell_amount as_of=2026-03-31", "0.00 n=0"},
			{"cross_sell_rate as_of=2026-03-31", "null n=0 0/0 low"},
		}},
		{"another product than those bought on earlier days; the same, the first, and two at once are none", `
			2026-01-05 deal.won deal/A1 account=A product=crm amount=1.00
			2026-01-06 deal.won deal/A2 account=A product=crm amount=10.00
			2026-02-07 deal.won deal/A3 account=A product=bi amount=100.00
			2026-03-08 deal.won deal/A4 account=A product=chat amount=1000.00 @2026-04-20
			2026-03-09 deal.won deal/A5 account=A product=bi amount=5000.00
			2026-02-01 deal.won deal/B1 account=B product=crm amount=7.00
			2026-02-01 deal.won deal/B2 account=B product=bi amount=8.00
			2026-02-02 deal.won deal/C1 account=C product=crm amount=9.00
			2026-02-03 deal.won deal/D1 product=bi amount=9.00`, []asked{
			{"cross_sell_amount window=2026-02 as_of=2026-04-30", "100.00 n=1"},
			{"cross_sell_amount window=2026-Q1 as_of=2026-04-30", "1100.00 n=2"},
			{"cross_sell_amount window=2026-Q1 known=2026-04-19", "100.00 n=1"},
			{"cross_sell_amount window=2026-Q1 as_of=2026-04-30 by=product", "product=chat: 1000.00 n=1, product=bi: 100.00 n=1"},
			{"cross_sell_rate window=2026-01 as_of=2026-04-30", "0 n=1 0/1"},
			{"cross_sell_rate window=2026-02 as_of=2026-04-30", "0.3333333333333333 n=3 1/3"},
			{"cross_sell_rate window=2026-03 as_of=2026-04-30", "0.3333333333333333 n=3 1/3"},
			{"cross_sell_rate window=2026-Q1 as_of=2026-04-30", "0.3333333333333333 n=3 1/3"},                                                                  // A, once
			{"cross_sell_rate window=2026-Q1 as_of=2026-04-30 by=product", "product=bi: 0.3333333333333333 n=3 1/3, product=chat: 0.3333333333333333 n=3 1/3"}, // of all who bought
			{"cross_sell_rate window=2026-Q1 known=2026-04-19 by=product", "product=bi: 0.3333333333333333 n=3 1/3"},
			{"cross_sell_rate window=2026-Q1 as_of=2026-04-30 where=product:crm", "0 n=3 0/3"},
			{"cross_sell_rate window=2026-03 known=2026-04-19", "0 n=3 0/3"},
			{"cross_sell_rate window=2026-02-08..2026-03-08 as_of=2026-04-30", "0 n=3 0/3"},
			{"cross_sell_rate window=2026-02-07..2026-03-09 as_of=2026-03-07", "0.3333333333333333 n=3 1/3"},
		}},
		{"a subscription is a purchase too; what names no product may be anything", `
			2026-01-05 subscription.started account/A subscription=s price=10 interval=month product=crm
			2026-02-05 deal.won deal/A1 account=A product=bi amount=1.00
			2026-02-06 deal.won deal/A2 account=A amount=10.00
			2026-02-07 deal.won deal/A3 account=A product=crm amount=100.00
			2026-02-05 deal.won deal/B1 account=B amount=3.00
			2026-02-06 deal.won deal/B2 account=B product=bi amount=4.00
			2026-02-05 subscription.started account/C subscription=s price=10 interval=month product=crm
			2026-02-05 deal.won deal/C1 account=C product=bi amount=5.00
			2026-02-06 deal.won deal/C2 account=C product=chat`, []asked{
			{"cross_sell_amount window=2026-02 as_of=2026-02-28", "1.00 n=1 missing {amount:1,product:2}"},
			{"cross_sell_rate window=2026-02 as_of=2026-02-28", "0.6666666666666666 n=3 2/3 missing {product:2}"}, // A and C of three
		}},
		{"by the segment of the first purchase, and without a win that was undone", `
			2026-01-05 deal.created deal/A1 stage=qualify account=A product=crm segment=small
			2026-01-06 deal.won deal/A1 amount=1.00
			2026-01-07 deal.created deal/A2 stage=qualify account=A product=bi segment=large
			2026-02-06 deal.won deal/A2 amount=2.00
			2026-01-05 deal.created deal/B1 stage=qualify account=B product=crm segment=large
			2026-01-06 deal.won deal/B1 amount=3.00
			2026-02-07 deal.won deal/B2 account=B product=bi amount=4.00
			2026-03-01 deal.reopened deal/B2`, []asked{
			{"cross_sell_rate window=2026-02 known=2026-02-28 by=segment", "segment=large: 1 n=1 1/1, segment=small: 1 n=1 1/1"},
			{"cross_sell_rate window=2026-02 as_of=2026-03-31 by=segment", "segment=small: 1 n=1 1/1, segment=large: 0 n=1 0/1"},
			{"cross_sell_amount window=2026-02 as_of=2026-03-31 by=segment", "segment=large: 2.00 n=1"},
		}},
	})
}
