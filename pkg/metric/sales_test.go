package metric_test

import (
	"strings"
	"testing"
)

func TestBookingsOfAYearAndOfAllTypes(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"bookings_gross as_of=2026-03-31", "0.00 n=0"},
			{"annual_bookings as_of=2026-03-31", "0.00 n=0"},
			{"annual_bookings_fiscal as_of=2026-03-31", "0.00 n=0"},
			{"opportunities_to_close_ratio as_of=2026-03-31", "null n=0 0/0 low"},
		}},
		{"five deals, one of them known late", fiveDeals, []asked{
			{"bookings_gross window=2026-Q1 as_of=2026-03-31", "150.00 n=2"}, // new and expansion
			{"bookings_gross window=2026-Q1 known=2026-03-19", "100.00 n=1"},
			{"opportunities_to_close_ratio window=2026-Q1 as_of=2026-03-31", "1.25 n=4 5/4"},               // five created, two won and two lost
			{"opportunities_to_close_ratio window=2026-Q1 known=2026-03-19", "1.6666666666666667 n=3 5/3"}, // without D2
			{"opportunities_to_close_ratio window=2026-01 as_of=2026-03-31", "null n=0 4/0 low"},
		}},
		{"a year is 365 days up to the day, or the fiscal one so far", `
			2024-06-01 deal.created deal/A stage=qualify amount=1.00
			2024-06-01 deal.created deal/B stage=qualify amount=10.00
			2024-06-01 deal.created deal/C stage=qualify amount=100.00
			2024-06-01 deal.created deal/D stage=qualify
			2025-03-31 deal.won deal/A
			2025-04-01 deal.won deal/B
			2026-01-01 deal.won deal/C @2026-02-01
			2026-01-02 deal.won deal/D`, []asked{
			{"annual_bookings as_of=2026-03-30", "111.00 n=3 missing {amount:1}"}, // from 31 March 2025 on
			{"annual_bookings as_of=2026-03-31", "110.00 n=2 missing {amount:1}"}, // from 1 April 2025 on
			{"annual_bookings as_of=2026-03-31 window=2025", "11.00 n=2"},         // up to the window's end
			{"annual_bookings known=2026-01-31", "11.00 n=2 missing {amount:1}"},  // C is not known yet
			{"annual_bookings window=2025-11-01..2026-02-01 as_of=2026-03-31 step=month", "2025-11-01: 11.00 n=2; 2025-12-01: 11.00 n=2; 2026-01-01: 111.00 n=3 missing {amount:1}"},
			{"annual_bookings_fiscal as_of=2026-03-31", "100.00 n=1 missing {amount:1}"},
			{"annual_bookings_fiscal known=2026-01-31", "0.00 n=0 missing {amount:1}"},
			{"annual_bookings_fiscal as_of=2025-12-31", "11.00 n=2"},
			{"annual_bookings_fiscal window=2025-Q1 as_of=2026-03-31", "1.00 n=1"}, // as far as the window
		}},
	})
	c := tell(t, layoutFrom(4), `
		2026-03-31 deal.won deal/A amount=1.00
		2026-04-01 deal.won deal/B amount=10.00`)
	check(t, c, []asked{
		{"annual_bookings_fiscal as_of=2026-03-31", "1.00 n=1"}, // the year that ends in March 2026
		{"annual_bookings_fiscal as_of=2026-04-30", "10.00 n=1"},
	})
}

func TestSizesAndContractsForAYear(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"average_deal_size as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"average_contract_value as_of=2026-03-31", "null n=0 0.00/0 low"},
		}},
		{"sizes are for twelve months, and what is no whole cent is not lost", `
			2026-01-05 deal.won deal/D1 amount=2.40 term_months=24
			2026-01-05 deal.won deal/D2 amount=0.90 term_months=6
			2026-01-05 deal.won deal/D3 amount=1.00 @2026-02-10
			2026-01-05 deal.won deal/D4
			2026-02-05 deal.won deal/E1 amount=0.02 term_months=36
			2026-02-06 deal.won deal/E2 amount=0.02 term_months=36`, []asked{
			{"average_deal_size window=2026-01 as_of=2026-03-31", "1.03 n=3 3.10/3 missing {amount:1}"}, // 1.20 + 0.90 + 1.00
			{"average_deal_size window=2026-01 known=2026-02-09", "1.05 n=2 2.10/2 missing {amount:1}"}, // without D3
			{"average_deal_size window=2026-02 as_of=2026-03-31", "0.01 n=2 0.01/2"},                    // 0.02/3 each, 0.0133 together
			{"average_deal_size_booked window=2026-01 as_of=2026-03-31", "1.43 n=3 4.30/3 missing {amount:1}"},
		}},
		{"a contract's amount without one-time fees, for a year of its term", `
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann
			2026-01-10 contract.signed deal/D1 amount=2500.00 one_time=100.00 start=2026-02-01 end=2028-01-31
			2026-01-11 contract.signed deal/D2 amount=600.00 start=2026-02-01 end=2026-07-31 @2026-02-20
			2026-01-12 contract.signed deal/D3 amount=999.00 start=2026-02-01 end=2027-01-31
			2026-01-13 deal.deleted deal/D3`, []asked{
			{"average_contract_value window=2026-01 as_of=2026-03-31", "1200.00 n=2 2400.00/2 missing {short_term:1}"}, // 2400/2 and 600·2
			{"average_contract_value window=2026-01 known=2026-02-19", "1200.00 n=1 1200.00/1"},
			{"average_contract_value window=2026-01 known=2026-01-12", "1099.50 n=2 2199.00/2"}, // D1, and D3 which was not deleted yet
			{"average_contract_value window=2026-01 as_of=2026-03-31 by=owner", "owner=ann: 1200.00 n=1 1200.00/1, owner=unknown: 1200.00 n=1 1200.00/1 missing {short_term:1}"},
		}},
	})
}

func TestBookingsThatWereNotInThePipelineOfTheirPeriod(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"in_period_bookings_created window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"in_period_bookings_unplanned window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
		}},
		{"created since, pulled in, planned, without a plan, lost before, without an amount, never created", `
			2026-02-03 deal.created deal/Created stage=qualify amount=1.00 close_date=2026-03-01
			2025-12-01 deal.created deal/Pulled stage=qualify amount=10.00 close_date=2026-06-01
			2026-01-05 deal.close_date_changed deal/Pulled close_date=2026-03-01
			2025-12-01 deal.created deal/Planned stage=qualify amount=100.00 close_date=2026-03-31
			2025-12-01 deal.created deal/Unplanned stage=qualify amount=1000.00
			2025-12-01 deal.created deal/Lost stage=qualify amount=10000.00 close_date=2026-03-01
			2025-12-15 deal.lost deal/Lost
			2026-02-01 deal.created deal/Unpriced stage=qualify
			2026-02-01 deal.stage_changed deal/Uncreated to=propose
			2025-12-20 deal.stage_changed deal/Seen to=propose
			2025-12-21 deal.close_date_changed deal/Seen close_date=2026-02-01
			2026-03-10 deal.won deal/Created
			2026-03-11 deal.won deal/Pulled
			2026-03-12 deal.won deal/Planned
			2026-03-13 deal.won deal/Unplanned @2026-04-10
			2026-03-14 deal.won deal/Lost
			2026-03-15 deal.won deal/Unpriced
			2026-03-16 deal.won deal/Uncreated amount=100000.00
			2026-03-17 deal.won deal/Seen amount=1000000.00`, []asked{
			{"in_period_bookings_created window=2026-Q1 as_of=2026-03-31", "1.00 n=1 missing {amount:1,creation:1}"},
			{"in_period_bookings_unplanned window=2026-Q1 known=2026-04-09 as_of=2026-03-31", "110011.00 n=4 missing {amount:1}"}, // 1 + 10 + 10000 + 100000
			{"in_period_bookings_unplanned window=2026-Q1 as_of=2026-03-31", "111011.00 n=5 missing {amount:1}"},                  // and 1000
			// of March alone: Planned and Pulled were planned for it by its first day; Created too
			{"in_period_bookings_created window=2026-03 as_of=2026-03-31", "0.00 n=0"},
			{"in_period_bookings_unplanned window=2026-03 as_of=2026-03-31", "1111000.00 n=4 missing {amount:1}"}, // 1000 + 10000 + 100000 + 1000000
			// of the year: Planned and Seen were planned for it, and Pulled, for June
			{"in_period_bookings_unplanned window=2026 as_of=2026-03-31", "111001.00 n=4 missing {amount:1}"},
			{"in_period_bookings_created window=FY2026 as_of=2026-03-31", "1.00 n=1 missing {amount:1,creation:1}"},
			{"in_period_bookings_created window=2026-Q1 as_of=2026-03-31 step=month", "2026-01-01: 0.00 n=0; 2026-02-01: 0.00 n=0; 2026-03-01: 0.00 n=0"},
			{"in_period_bookings_created window=90d as_of=2026-03-31", "1.00 n=1 missing {amount:1,creation:1}"}, // these 90 days are the quarter
			{"in_period_bookings_created window=30d as_of=2026-03-31", "the metric takes a month, a quarter or a year, calendar or fiscal; 2026-03-02..2026-04-01 is none"},
			{"in_period_bookings_created window=2026-Q1 as_of=2026-03-31 step=week", "the metric takes a month, a quarter or a year, calendar or fiscal; 2026-01-01..2026-01-05 is none"},
		}},
	})
	c := tell(t, layoutFrom(2), `
		2026-01-15 deal.created deal/A stage=qualify amount=1.00
		2026-02-15 deal.won deal/A`)
	check(t, c, []asked{
		{"in_period_bookings_created window=2026-Q1 as_of=2026-03-31", "1.00 n=1"},
		{"in_period_bookings_created window=FY2027-Q1 as_of=2026-03-31", "0.00 n=0"}, // it begins in February
		{"in_period_bookings_unplanned window=FY2027-Q1 as_of=2026-03-31", "1.00 n=1"},
	})
}

func TestCyclesFromTheFirstContact(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"average_sales_cycle as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
		}},
		{"the first activity that is not internal, or the capture of the lead that is credited, before the win", `
			2026-01-01T12:00:00 lead.captured lead/L1 source=web
			2026-01-01T12:00:10 activity.logged lead/L2 kind=call direction=outbound
			2026-01-01T12:00:20 lead.captured lead/L2 source=web @2026-02-01
			2026-01-01T12:01:00 deal.created deal/A stage=qualify lead=L1
			2026-01-01T12:01:10 activity.logged deal/A kind=call direction=outbound
			2026-01-01T12:02:00 deal.won deal/A
			2026-01-01T12:00:30 activity.logged deal/B kind=note direction=internal
			2026-01-01T12:00:40 activity.logged deal/B kind=call direction=inbound
			2026-01-01T12:01:00 deal.created deal/B stage=qualify lead=L2
			2026-01-01T12:02:00 deal.won deal/B
			2026-01-01T12:02:00 deal.won deal/C
			2026-01-01T12:03:00 activity.logged deal/C kind=call direction=inbound
			2026-01-01T12:01:00 deal.created deal/D stage=qualify
			2026-01-01T12:01:00 activity.logged deal/D kind=call direction=inbound
			2026-01-01T12:02:00 deal.lost deal/D`, []asked{
			// A: 120 from its lead; B: 100 from its lead, not 110 from that lead's call; C: contact after the win; D lost
			{"average_sales_cycle window=2026-01 as_of=2026-03-31", "110 n=2 p75=120 p90=120 mean=110 missing {first_contact:1}"},
			{"average_sales_cycle window=2026-01 known=2026-01-31", "100 n=2 p75=120 p90=120 mean=100 missing {first_contact:1}"}, // B: 80 from its call
		}},
	})
}

func TestThePipelineIsItsStagesToo(t *testing.T) {
	c := tell(t, layoutOf(), "")
	values, series, err := c.answer("pipeline_stages as_of=2026-03-31 window=2026-Q1 step=month")
	if err != nil || len(values) != 1 || len(series) != 3 {
		t.Fatalf("%v, %v, %v", values, series, err)
	}
	if got := strings.Join(values[0].Stages, " "); got != "qualify propose commit" || number(values[0].Value) != "3" || values[0].N != 3 {
		t.Errorf("%s %s: won and lost are no open stages", number(values[0].Value), got)
	}
	check(t, c, []asked{
		{"pipeline_stages known=2026-03-31", "3 n=3"},
		{"pipeline_stages as_of=2026-03-31 by=owner", "this combination of dimensions is not kept; kept are: total"},
	})
}
