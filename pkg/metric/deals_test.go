package metric_test

import "testing"

// The deals that most questions here are about: two won by ann, one lost to a competitor and one lost
// otherwise by bob, one open, which ann has; the second win is of type expansion, and became known a
// month late.
const fiveDeals = `
	2026-01-05 deal.created deal/D1 stage=qualify amount=100.00 type=new owner=ann close_date=2026-02-15
	2026-01-10 deal.created deal/D2 stage=qualify amount=50.00 type=expansion owner=ann close_date=2026-02-20
	2026-01-12 deal.created deal/D3 stage=propose amount=30.00 type=new owner=bob close_date=2026-03-10
	2026-01-20 deal.created deal/D4 stage=qualify type=new owner=bob
	2026-02-01 deal.created deal/D5 stage=propose amount=70.00 type=new owner=ann close_date=2026-03-31
	2026-02-14 deal.won deal/D1
	2026-02-20 deal.won deal/D2 @2026-03-20
	2026-03-01 deal.lost deal/D3 kind=competitor competitor=acme
	2026-03-05 deal.lost deal/D4 kind=no_decision
`

func TestFlowsAndRatiosOfDeals(t *testing.T) {
	tellAll(t, []story{
		{"five deals, one of them known late", fiveDeals, []asked{
			{"deals_created window=2026-Q1 as_of=2026-03-31", "5 n=5"},
			{"deals_created window=2026-01 as_of=2026-03-31", "4 n=4"},
			{"deals_created window=2026-Q1 as_of=2026-03-31 by=owner", "owner=ann: 3 n=3, owner=bob: 2 n=2"},
			{"deals_won window=2026-Q1 as_of=2026-03-31", "2 n=2"},
			{"deals_won window=2026-Q1 known=2026-03-19", "1 n=1"}, // D2 became known on the day after
			{"deals_won window=2026-Q1 known=2026-03-20", "2 n=2"},
			{"deals_lost window=2026-Q1 as_of=2026-03-31", "2 n=2"},
			{"deals_lost window=2026-Q1 as_of=2026-03-04", "1 n=1"},                    // D4 lies after
			{"bookings window=2026-Q1 as_of=2026-03-31", "150.00 n=2"},                 // 100 + 50
			{"bookings window=2026-Q1 known=2026-03-19", "100.00 n=1"},                 // without D2
			{"bookings_new window=2026-Q1 as_of=2026-03-31", "100.00 n=1"},             // D2 is an expansion
			{"win_rate window=2026-Q1 as_of=2026-03-31", "0.5 n=4 2/4"},                // D1, D2 of D1..D4
			{"win_rate window=2026-Q1 known=2026-03-19", "0.3333333333333333 n=3 1/3"}, // without D2
			{"win_rate_narrow window=2026-Q1 as_of=2026-03-31", "0.6666666666666666 n=3 2/3"},
			{"win_rate_narrow window=2026-Q1 known=2026-03-19", "0.5 n=2 1/2"},
			{"win_rate_amount window=2026-Q1 as_of=2026-03-31", "0.8333333333333334 n=3 150.00/180.00 missing {amount:1}"},
			{"win_rate_amount window=2026-Q1 known=2026-03-19", "0.7692307692307693 n=2 100.00/130.00 missing {amount:1}"},
			{"average_deal_size_booked window=2026-Q1 as_of=2026-03-31", "75.00 n=2 150.00/2"},
			{"average_deal_size_booked window=2026-Q1 known=2026-03-19", "100.00 n=1 100.00/1"},
			{"win_rate window=2026-Q1 as_of=2026-03-31 by=owner", "owner=ann: 1 n=2 2/2, owner=bob: 0 n=2 0/2"},
			{"win_rate window=2026-Q1 as_of=2026-03-31 where=owner:bob sample=5", "0 n=2 0/2 low"},
			{"bookings window=2026-Q1 as_of=2026-03-31 step=month", "2026-01-01: 0.00 n=0; 2026-02-01: 150.00 n=2; 2026-03-01: 0.00 n=0"},
		}},
		{"nothing", "", []asked{
			{"deals_created as_of=2026-03-31", "0 n=0"},
			{"deals_won as_of=2026-03-31", "0 n=0"},
			{"deals_lost as_of=2026-03-31", "0 n=0"},
			{"bookings as_of=2026-03-31", "0.00 n=0"},
			{"bookings_new as_of=2026-03-31", "0.00 n=0"},
			{"win_rate as_of=2026-03-31", "null n=0 0/0 low"},
			{"win_rate_narrow as_of=2026-03-31", "null n=0 0/0 low"},
			{"win_rate_amount as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"average_deal_size_booked as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"win_rate as_of=2026-03-31 by=owner", ""},
		}},
		{"a win that was undone vanishes from its day, and stays in what was known before", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=100.00
			2026-02-14 deal.won deal/D1
			2026-04-02 deal.reopened deal/D1`, []asked{
			{"bookings window=2026-Q1 known=2026-04-01", "100.00 n=1"},
			{"bookings window=2026-Q1 known=2026-04-02 as_of=2026-03-31", "0.00 n=0"},
			{"bookings window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"open_deals as_of=2026-03-31", "0 n=0"}, // a stock is history
			{"open_deals as_of=2026-04-02", "1 n=1"},
		}},
		{"a deal that is deleted stops counting where the outcome counts, not where history does", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=100.00
			2026-02-14 deal.won deal/D1
			2026-02-20 deal.deleted deal/D1`, []asked{
			{"bookings window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"deals_created window=2026-Q1 as_of=2026-03-31", "0 n=0"},
			{"deals_created window=2026-Q1 known=2026-02-19", "1 n=1"},
			{"open_deals as_of=2026-02-13", "1 n=1"},
		}},
		{"a creation that is not known counts nowhere that needs it, and is put right when it comes", `
			2026-01-09 deal.stage_changed deal/D1 to=propose
			2026-02-14 deal.won deal/D1 amount=10
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann @2026-03-15`, []asked{
			{"deals_created window=2026-Q1 known=2026-03-14", "0 n=0"},
			{"deals_created window=2026-Q1 known=2026-03-15", "1 n=1"},
			{"sales_cycle_length window=2026-Q1 known=2026-03-14", "null n=0 p75=null p90=null mean=null low missing {creation:1}"},
			{"sales_cycle_length window=2026-Q1 known=2026-03-15", "3448832 n=1 p75=3448832 p90=3448832 mean=3456000"}, // 40 days; its bin is [3440640, 3457024)
			{"win_rate_cohort window=2026-01 known=2026-03-14", "null n=0 0/0 low"},
			{"win_rate_cohort window=2026-01 known=2026-03-15", "1 n=1 1/1"},
		}},
	})
}
