package metric_test

import "testing"

// spring is a quarter of marketing: three leads of two campaigns and one of none, which become two
// customers, one of them by way of a campaign.
const spring = `
	2026-01-01 spend.recorded campaign/mail amount=100.00 purpose=marketing channel=email from=2026-01-01 to=2026-01-03
	2026-01-20 spend.recorded campaign/fair amount=300.00 purpose=marketing channel=event
	2026-02-01 spend.recorded campaign/sdr amount=590.00 purpose=sales from=2026-02-01 to=2026-03-31 @2026-03-15
	2026-03-01 spend.recorded campaign/care amount=31.00 purpose=retention channel=email from=2026-03-01 to=2026-03-31
	2026-01-02 lead.captured lead/L1 source=web campaign=mail channel=email
	2026-01-03 lead.captured lead/L2 source=web campaign=mail channel=email
	2026-01-20 lead.captured lead/L3 source=fair campaign=fair channel=event
	2026-01-21 lead.captured lead/L4 source=friend
	2026-01-05 lead.qualified lead/L1 level=mql rule=r1
	2026-01-06 lead.qualified lead/L2 level=mql rule=r1
	2026-01-25 lead.qualified lead/L2 level=mql rule=r2
	2026-01-22 lead.qualified lead/L3 level=sql rule=r3
	2026-02-02 lead.disqualified lead/L2 reason=spam @2026-02-20
	2026-01-10 lead.converted lead/L1 deal=D1 account=A1
	2026-01-10 deal.created deal/D1 stage=qualify amount=1000.00 owner=ann
	2026-01-22T13:00 deal.created deal/D3 stage=qualify amount=500.00 lead=L3 account=A3 owner=bob
	2026-01-23 deal.created deal/D4 stage=qualify lead=L4 account=A4 owner=bob
	2026-02-01 deal.won deal/D1
	2026-02-10 deal.lost deal/D3 kind=competitor
	2026-02-20 deal.won deal/D4 amount=200.00
	2026-03-01 deal.won deal/D5 account=A1 amount=50.00`

const q1 = " window=2026-Q1 as_of=2026-03-31 "

func TestWhatIsSpent(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"marketing_spend as_of=2026-03-31", "0.00 n=0"},
			{"sales_spend as_of=2026-03-31", "0.00 n=0"},
			{"retention_spend as_of=2026-03-31", "0.00 n=0"},
			{"marketing_spend as_of=2026-03-31 by=channel", ""},
		}},
		{"by purpose, spread over its days", spring, []asked{
			{"marketing_spend" + q1, "400.00 n=2"},
			{"marketing_spend" + q1 + "by=channel", "channel=event: 300.00 n=1, channel=email: 100.00 n=1"},
			{"marketing_spend" + q1 + "by=campaign", "campaign=fair: 300.00 n=1, campaign=mail: 100.00 n=1"},
			{"marketing_spend window=2026-01-01 as_of=2026-03-31", "33.33 n=1"}, // ⌊10000/3⌋
			{"marketing_spend window=2026-01-02 as_of=2026-03-31", "33.33 n=1"}, // ⌊20000/3⌋ − 3333
			{"marketing_spend window=2026-01-03 as_of=2026-03-31", "33.34 n=1"}, // 10000 − 6666
			{"marketing_spend window=2026-01-04 as_of=2026-03-31", "0.00 n=0"},
			{"marketing_spend window=2026-01 as_of=2026-01-02", "66.66 n=1"},
			{"sales_spend window=2026-03 as_of=2026-03-31", "310.00 n=1"}, // 31 of 59 days at 10.00
			{"sales_spend window=2026-03 known=2026-03-14 as_of=2026-03-14", "0.00 n=0"},
			{"sales_spend window=2026-03 known=2026-03-15 as_of=2026-03-15", "150.00 n=1"},
			{"retention_spend" + q1, "31.00 n=1"},
			{"retention_spend" + q1 + "by=owner", "this combination of dimensions is not kept; kept are: total; campaign; channel"},
		}},
		{"of several currencies", `
			2026-01-10 spend.recorded campaign/c amount=10.00 purpose=marketing currency=USD from=2026-01-10 to=2026-01-11
			2026-01-10 spend.recorded campaign/c amount=7.00 purpose=marketing
			2026-01-01 fx.rate_set currency/USD base=EUR rate=0.5 date=2026-01-11`, []asked{
			{"marketing_spend" + q1, "9.50 n=1 missing {unconverted:{USD:5.00}}"}, // 7 + 5·0.5; no rate on the tenth
		}},
	})
}

func TestWhatLeadsCostAndBecome(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"mqls_net as_of=2026-03-31", "0 n=0"},
			{"sqls as_of=2026-03-31", "0 n=0"},
			{"cost_per_lead as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"lead_to_close_rate_any as_of=2026-03-31", "null n=0 0/0 low"},
			{"lead_to_close_flow as_of=2026-03-31", "null n=0 0/0 low"},
			{"funnel_conversion_rate as_of=2026-03-31", "null n=0 0/0 low"},
		}},
		{"a quarter", spring, []asked{
			{"mqls" + q1, "2 n=2"},
			{"mqls_net" + q1, "1 n=1"}, // L2 was disqualified
			{"mqls_net window=2026-01 known=2026-02-19", "2 n=2"},
			{"mqls_net window=2026-01 known=2026-02-20", "1 n=1"},
			{"sqls" + q1 + "by=rule", "rule=r3: 1 n=1"},
			{"sqls" + q1 + "by=source", "source=fair: 1 n=1"},
			{"cost_per_lead" + q1, "133.33 n=3 400.00/3"}, // L4 has no campaign
			{"cost_per_lead" + q1 + "by=campaign", "campaign=fair: 300.00 n=1 300.00/1, campaign=mail: 50.00 n=2 100.00/2"},
			{"cost_per_lead window=2026-02 as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"lead_to_close_rate" + q1, "0.5 n=4 2/4"},      // L1, L4
			{"lead_to_close_rate_any" + q1, "0.75 n=4 3/4"}, // and L3, which was lost
			{"lead_to_close_rate_any window=2026-01 as_of=2026-02-09", "0.25 n=4 1/4"},
			{"lead_to_close_rate_any" + q1 + "within=30", "0.75 n=4 3/4"}, // 30, 21 and 30 days
			{"lead_to_close_rate_any" + q1 + "within=29", "0.25 n=4 1/4"},
			{"lead_to_close_flow" + q1, "0.75 n=4 3/4"}, // D5 has no lead
			{"lead_to_close_flow window=2026-02 as_of=2026-03-31", "null n=0 2/0 low"},
			{"funnel_conversion_rate" + q1, "0.25 n=4 1/4"},
			{"funnel_conversion_rate" + q1 + "by=source", "source=web: 0.5 n=2 1/2, source=fair: 0 n=1 0/1, source=friend: 0 n=1 0/1"},
		}},
		{"old leads that convert now take the funnel past 1", `
			2025-12-30 lead.captured lead/L1 source=web
			2025-12-31 lead.captured lead/L2 source=web
			2026-01-05 lead.captured lead/L3 source=web
			2026-01-10 lead.converted lead/L1 deal=D1
			2026-01-11 lead.converted lead/L2 deal=D2 @2026-02-03`, []asked{
			{"funnel_conversion_rate window=2026-01 known=2026-02-03", "2 n=1 2/1"},
			{"funnel_conversion_rate window=2026-01 known=2026-02-02", "1 n=1 1/1"},
		}},
		{"a late merge corrects the cost of a lead", `
			2026-01-01 spend.recorded campaign/c amount=60.00 purpose=marketing
			2026-01-02 lead.captured lead/L1 campaign=c
			2026-01-03 lead.captured lead/L2 campaign=c
			2026-02-01 lead.merged lead/L2 into=L1`, []asked{
			{"cost_per_lead window=2026-01 known=2026-01-31", "30.00 n=2 60.00/2"},
			{"cost_per_lead window=2026-01 known=2026-02-01", "60.00 n=1 60.00/1"},
		}},
		{"a reopened deal closes no lead", `
			2026-01-02 lead.captured lead/L1
			2026-01-03 deal.created deal/D1 stage=qualify lead=L1
			2026-01-10 deal.lost deal/D1
			2026-02-01 deal.reopened deal/D1`, []asked{
			{"lead_to_close_rate_any window=2026-01 known=2026-01-31", "1 n=1 1/1"},
			{"lead_to_close_rate_any window=2026-01 known=2026-02-01", "0 n=1 0/1"},
		}},
	})
}

func TestWhatCustomersCost(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"cost_per_acquisition as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"cost_per_acquisition_lagged as_of=2026-03-31", "null n=0 low"},
			{"customer_acquisition_cost as_of=2026-03-31", "null n=0 0.00/0 low"},
			{"marketing_roi as_of=2026-03-31", "null n=0 low (no margin rate is configured)"},
			{"marketing_roi as_of=2026-03-31 margin=0.8", "null n=0 low"},
		}},
		{"a quarter", spring, []asked{
			{"cost_per_acquisition" + q1, "400.00 n=1 400.00/1"}, // A1: its second win is none, and A4 came from a friend
			{"cost_per_acquisition" + q1 + "by=channel", "channel=event: null n=0 300.00/0 low, channel=email: 100.00 n=1 100.00/1"},
			{"customer_acquisition_cost" + q1, "495.00 n=2 990.00/2"}, // 400 of marketing, 590 of sales
			{"customer_acquisition_cost window=2026-02 as_of=2026-02-28 known=2026-03-14", "0.00 n=2 0.00/2"},
			{"customer_acquisition_cost window=2026-02 as_of=2026-02-28 known=2026-03-15", "140.00 n=2 280.00/2"},
			{"cost_per_acquisition window=2026-02 as_of=2026-03-31", "0.00 n=1 0.00/1"},
			{"cost_per_acquisition_lagged window=2026-02 as_of=2026-03-31", "366.67 n=1 366.67/1"}, // 30 days before: 2 to 29 January, less the first day of mail
			{"cost_per_acquisition_lagged window=2026-02 as_of=2026-02-15", "66.67 n=1 66.67/1"},
			{"marketing_roi" + q1, "null n=1 (no margin rate is configured)"},
			{"marketing_roi" + q1 + "margin=0.8", "1 n=1 400.00/400.00"}, // (1000·0.8 − 400) / 400
			{"marketing_roi" + q1 + "margin=0.8 by=channel", "channel=email: 7 n=1 700.00/100.00, channel=event: -1 n=0 -300.00/300.00 low"},
		}},
		{"an earlier win that becomes known late moves the customer", `
			2026-01-01 spend.recorded campaign/c amount=60.00 purpose=marketing
			2026-01-02 lead.captured lead/L1 campaign=c
			2026-02-05 deal.created deal/D1 stage=qualify lead=L1 account=A
			2026-02-20 deal.won deal/D1
			2026-01-20 deal.won deal/D2 account=A @2026-03-10`, []asked{
			{"customer_acquisition_cost window=2026-02 known=2026-03-09", "0.00 n=1 0.00/1"},
			{"cost_per_acquisition window=2026-02 known=2026-03-09", "0.00 n=1 0.00/1"},
			{"cost_per_acquisition_lagged window=2026-02 known=2026-03-09", "60.00 n=1 60.00/1"},
			{"customer_acquisition_cost window=2026-02 known=2026-03-10", "null n=0 0.00/0 low"},
			{"customer_acquisition_cost window=2026-01 known=2026-03-10", "60.00 n=1 60.00/1"},
			{"cost_per_acquisition window=2026-01 known=2026-03-10", "null n=0 60.00/0 low"}, // D2 has no lead
		}},
		{"wins and spend without a rate stay out", `
			2026-01-01 spend.recorded campaign/c amount=10.00 purpose=marketing
			2026-01-01 spend.recorded campaign/c amount=20.00 purpose=marketing currency=USD
			2026-01-02 lead.captured lead/L1 campaign=c
			2026-01-05 deal.won deal/D1 account=A currency=CHF amount=30.00
			2026-01-04 deal.updated deal/D1 lead=L1`, []asked{
			{"cost_per_acquisition" + q1, "10.00 n=1 10.00/1 missing {unconverted:{USD:20.00}}"},
			{"marketing_roi" + q1 + "margin=0.8", "-1 n=0 -10.00/10.00 low missing {unconverted:{CHF:30.00,USD:20.00}}"}, // neither wins nor spend are passed over
			{"cost_per_acquisition_lagged window=2026-01-04..2026-02-01 as_of=2026-03-31", "10.00 n=1 10.00/1 missing {unconverted:{USD:20.00}}"},
		}},
	})
}

func TestWhatPipelineIsGenerated(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"pipeline_generated_count as_of=2026-03-31", "0 n=0"}, {"pipeline_generated_amount as_of=2026-03-31", "0.00 n=0"},
		}},
		{"by the highest level that the lead had by then", spring, []asked{
			{"pipeline_generated_count" + q1 + "by=level", "level=mql: 1 n=1, level=sql: 1 n=1, level=unknown: 1 n=1"},
			{"pipeline_generated_amount" + q1 + "by=level", "level=mql: 1000.00 n=1, level=sql: 500.00 n=1, level=unknown: 0.00 n=0 missing {amount:1}"},
			{"pipeline_generated_amount" + q1, "1500.00 n=2 missing {amount:1}"}, // the amount of D4 came with its win
			{"pipeline_generated_count" + q1 + "by=source", "source=fair: 1 n=1, source=friend: 1 n=1, source=web: 1 n=1"},
		}},
		{"a level reached after the creation does not count, one that is known late does from then on", `
			2026-01-02 lead.captured lead/L1 source=web
			2026-01-05 deal.created deal/D1 stage=qualify amount=10.00 lead=L1 source=fair
			2026-01-06 lead.qualified lead/L1 level=sql
			2026-01-03 lead.qualified lead/L1 level=mql @2026-02-01
			2026-01-07 deal.amount_changed deal/D1 amount=99.00
			2026-01-08 deal.created deal/D2 stage=qualify source=fair`, []asked{
			{"pipeline_generated_amount window=2026-01 known=2026-01-31 by=level", "level=unknown: 10.00 n=1 missing {amount:1}"},
			{"pipeline_generated_amount window=2026-01 known=2026-02-01 by=level", "level=mql: 10.00 n=1, level=unknown: 0.00 n=0 missing {amount:1}"},
			{"pipeline_generated_count window=2026-01 known=2026-02-01 by=source", "source=fair: 1 n=1, source=web: 1 n=1"},
		}},
	})
}
