package metric_test

import (
	"testing"
	"time"
)

// What became known late is in no answer as known before, and in every one as known after: the cases of metrics whose
// other stories have none.

func TestDealsThatBecameKnownLate(t *testing.T) {
	tellAll(t, []story{
		{"a loss and a win of January, told on 10 March", `
			2026-01-05 deal.created deal/A stage=qualify amount=100.00 type=new close_date=2026-01-10
			2026-01-05 deal.created deal/B stage=propose amount=40.00 type=new close_date=2026-02-20
			2026-01-20 deal.lost deal/A @2026-03-10
			2026-01-25 deal.won deal/B @2026-03-10`, []asked{
			{"deals_lost window=2026-01 as_of=2026-01-31 known=2026-03-09", "0 n=0"},
			{"deals_lost window=2026-01 as_of=2026-01-31 known=2026-03-10", "1 n=1"},
			{"bookings_new window=2026-01 as_of=2026-01-31 known=2026-03-09", "0.00 n=0"},
			{"bookings_new window=2026-01 as_of=2026-01-31 known=2026-03-10", "40.00 n=1"},
			{"in_period_bookings_created window=2026-Q1 as_of=2026-01-31 known=2026-03-09", "0.00 n=0"},
			{"in_period_bookings_created window=2026-Q1 as_of=2026-01-31 known=2026-03-10", "40.00 n=1"},
			{"open_deals as_of=2026-01-31 known=2026-03-09", "2 n=2"},
			{"open_deals as_of=2026-01-31 known=2026-03-10", "0 n=0"},
			{"weighted_pipeline as_of=2026-01-31 known=2026-03-09", "30.00 n=2"}, // 100 · 0.1 + 40 · 0.5
			{"weighted_pipeline as_of=2026-01-31 known=2026-03-10", "0.00 n=0"},
			{"share_past_plan as_of=2026-01-31 known=2026-03-09", "0.5 n=2 1/2"}, // A was planned for the tenth
			{"share_past_plan as_of=2026-01-31 known=2026-03-10", "null n=0 0/0 low"},
		}},
		{"a minute in a stage and two in the next, told on 1 March", `
			2026-01-05T12:00:00 deal.created deal/A stage=qualify
			2026-01-05T12:01:00 deal.stage_changed deal/A to=propose
			2026-01-05T12:03:00 deal.won deal/A @2026-03-01`, []asked{
			{"time_in_stage window=2026-01 as_of=2026-01-31 known=2026-02-28", "60 n=1 p75=60 p90=60 mean=60"},
			{"time_in_stage window=2026-01 as_of=2026-01-31 known=2026-03-01", "60 n=2 p75=120 p90=120 mean=90"},
		}},
		{"a creation of January, told on 1 March", `
			2026-01-05 deal.created deal/A stage=qualify @2026-03-01`, []asked{
			{"pipeline_generated_count window=2026-01 known=2026-02-28", "0 n=0"},
			{"pipeline_generated_count window=2026-01 known=2026-03-01", "1 n=1"},
		}},
		{"a plan that was put off on 15 February, told on 1 March", `
			2026-01-01 goal.set tenant metric=pipeline_attainment period=2026-Q1 amount=200.00
			2026-01-05 deal.created deal/A stage=qualify amount=100.00 close_date=2026-03-20
			2026-02-15 deal.close_date_changed deal/A close_date=2026-05-01 @2026-03-01`, []asked{
			{"pipeline_attainment window=2026-Q1 as_of=2026-02-28 known=2026-02-28", "0.5 n=1 100.00/200.00 originally 0.5 of 200.00"},
			{"pipeline_attainment window=2026-Q1 as_of=2026-02-28 known=2026-03-01", "0 n=1 0.00/200.00 originally 0 of 200.00"},
		}},
		{"a quota of 50 that became one of 200, told on 5 April", `
			2026-01-01 quota.set owner/A period=2026-Q1 amount=50.00
			2026-01-14 deal.updated deal/D owner=A
			2026-01-15 deal.won deal/D amount=100.00
			2026-02-01 quota.set owner/A period=2026-Q1 amount=200.00 @2026-04-05`, []asked{
			{"quota_attainment_mean window=2026-Q1 as_of=2026-03-31 known=2026-04-04", "2 n=1 2/1"},
			{"quota_attainment_mean window=2026-Q1 as_of=2026-03-31 known=2026-04-05", "0.5 n=1 0.5/1"},
			{"quota_attainment_share window=2026-Q1 as_of=2026-03-31 known=2026-04-04", "1 n=1 1/1"},
			{"quota_attainment_share window=2026-Q1 as_of=2026-03-31 known=2026-04-05", "0 n=1 0/1"},
		}},
	})
	check(t, tell(t, agedLayout(time.January), `
		2026-01-05 deal.created deal/A stage=propose amount=30.00
		2026-01-05 deal.created deal/B stage=propose amount=50.00
		2026-01-30 activity.logged deal/A kind=call direction=inbound @2026-02-20`), []asked{
		// nothing was heard of both for 14 days; then that A called on 30 January
		{"stalled_pipeline as_of=2026-02-10 known=2026-02-19", "80.00 n=2"},
		{"stalled_pipeline as_of=2026-02-10 known=2026-02-20", "50.00 n=1"},
		{"share_stalled as_of=2026-02-10 known=2026-02-19", "1 n=2 2/2"},
		{"share_stalled as_of=2026-02-10 known=2026-02-20", "0.5 n=2 1/2"},
	})
}

func TestMarketingThatBecameKnownLate(t *testing.T) {
	tellAll(t, []story{
		{"a bill of 60 and one of 90, told on 1 March", `
			2026-01-01 spend.recorded campaign/c amount=40.00 purpose=marketing
			2026-01-05 spend.recorded campaign/c amount=60.00 purpose=marketing @2026-03-01
			2026-01-05 spend.recorded campaign/c amount=90.00 purpose=retention @2026-03-01
			2026-01-02 lead.captured lead/L campaign=c
			2026-01-04 deal.updated deal/D lead=L account=A
			2026-01-12 deal.won deal/D amount=250.00`, []asked{
			{"marketing_spend window=2026-01 known=2026-02-28", "40.00 n=1"},
			{"marketing_spend window=2026-01 known=2026-03-01", "100.00 n=2"},
			{"retention_spend window=2026-01 known=2026-02-28", "0.00 n=0"},
			{"retention_spend window=2026-01 known=2026-03-01", "90.00 n=1"},
			{"cost_per_acquisition window=2026-01 known=2026-02-28", "40.00 n=1 40.00/1"},
			{"cost_per_acquisition window=2026-01 known=2026-03-01", "100.00 n=1 100.00/1"},
			{"cost_per_acquisition_lagged window=2026-01-11..2026-02-01 known=2026-02-28", "40.00 n=1 40.00/1"}, // ten days before: from the first to the twenty-first
			{"cost_per_acquisition_lagged window=2026-01-11..2026-02-01 known=2026-03-01", "100.00 n=1 100.00/1"},
			{"marketing_roi window=2026-01 known=2026-02-28 margin=0.8", "4 n=1 160.00/40.00"}, // (250 · 0.8 − 40) / 40
			{"marketing_roi window=2026-01 known=2026-03-01 margin=0.8", "1 n=1 100.00/100.00"},
		}},
		{"a lead that sales qualified, and a win, told on 1 March", `
			2026-01-02 lead.captured lead/L
			2026-01-03 lead.captured lead/M
			2026-01-05 lead.qualified lead/L level=sql @2026-03-01
			2026-01-12 deal.won deal/D @2026-03-01`, []asked{
			{"sqls window=2026-01 known=2026-02-28", "0 n=0"},
			{"sqls window=2026-01 known=2026-03-01", "1 n=1"},
			{"lead_to_close_flow window=2026-01 known=2026-02-28", "0 n=2 0/2"},
			{"lead_to_close_flow window=2026-01 known=2026-03-01", "0.5 n=2 1/2"},
		}},
		{"two calls with the deals of a competitor, told on 1 March", `
			2026-01-05 competitor.tagged deal/D competitor=acme
			2026-01-06 activity.logged deal/D kind=call
			2026-01-07 activity.logged deal/D kind=call @2026-03-01
			2026-01-08 activity.logged deal/D kind=email @2026-03-01
			2026-01-12 deal.won deal/D`, []asked{
			{"competitor_activities window=2026-01 known=2026-02-28", "1 n=1 p75=1 p90=1 mean=1"},
			{"competitor_activities window=2026-01 known=2026-03-01", "3 n=1 p75=3 p90=3 mean=3"},
		}},
	})
}

func TestCustomersThatBecameKnownLate(t *testing.T) {
	tellAll(t, []story{
		{"of 40 a month 10 left on 10 February, and came back on the 20th, told on 5 and 6 April", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month
			2026-01-01 subscription.started account/B subscription=b price=30 interval=month
			2026-02-10 subscription.ended account/A subscription=a @2026-04-05
			2026-02-20 subscription.started account/A subscription=c price=10 interval=month @2026-04-06`, []asked{
			{"arr as_of=2026-03-31 known=2026-04-04", "480.00 n=2"},
			{"arr as_of=2026-03-31 known=2026-04-05", "360.00 n=1"},
			{"nrr window=2026-02 as_of=2026-03-31 known=2026-04-04", "1 n=2 40.00/40.00"},
			{"nrr window=2026-02 as_of=2026-03-31 known=2026-04-05", "0.75 n=2 30.00/40.00"},
			{"revenue_churn_rate window=2026-02 as_of=2026-03-31 known=2026-04-04", "0 n=2 0.00/40.00"},
			{"revenue_churn_rate window=2026-02 as_of=2026-03-31 known=2026-04-05", "0.25 n=2 10.00/40.00"},
			{"mrr_reactivation window=2026-02 as_of=2026-03-31 known=2026-04-05", "0.00 n=0"},
			{"mrr_reactivation window=2026-02 as_of=2026-03-31 known=2026-04-06", "10.00 n=1"},
		}},
		{"an answer, a ticket and a user of 10 January, told on the 20th", `
			2026-01-10 survey.answered account/A respondent=r score=10 kind=transactional
			2026-01-10 survey.answered account/A respondent=s score=2 kind=transactional @2026-01-20
			2026-01-10 ticket.opened account/A ticket=T
			2026-01-10 ticket.opened account/A ticket=U @2026-01-20
			2026-01-10 usage.recorded account/A user=ann feature=export
			2026-01-10 usage.recorded account/A user=bob feature=export @2026-01-20`, []asked{
			{"tickets_opened window=2026-01 as_of=2026-01-15 known=2026-01-19", "1 n=1 missing {signup:1,subscription:1}"},
			{"tickets_opened window=2026-01 as_of=2026-01-15 known=2026-01-20", "2 n=2 missing {signup:2,subscription:2}"},
			{"active_users as_of=2026-01-15 known=2026-01-19", "1 n=1 missing {subscription:1}"},
			{"active_users as_of=2026-01-15 known=2026-01-20", "2 n=2 missing {subscription:2}"},
			{"nps_transactional as_of=2026-01-15 known=2026-01-19", "100 n=1 1/1"},
			{"nps_transactional as_of=2026-01-15 known=2026-01-20", "0 n=2 0/2"}, // one of each
		}},
	})
}
