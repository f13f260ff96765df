package metric_test

import "testing"

func TestStocksOfOpenDeals(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"open_deals as_of=2026-03-31", "0 n=0"},
			{"open_pipeline as_of=2026-03-31", "0.00 n=0"},
			{"weighted_pipeline as_of=2026-03-31", "0.00 n=0"},
			{"deals_past_plan as_of=2026-03-31", "0 n=0"},
			{"share_past_plan as_of=2026-03-31", "null n=0 0/0 low"},
		}},
		{"three open deals, of which one has no amount and one no probability", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=100.00 owner=ann close_date=2026-03-10
			2026-01-06 deal.created deal/D2 stage=commit amount=50.00 owner=bob
			2026-01-07 deal.created deal/D3 stage=propose owner=bob close_date=2026-02-01
			2026-02-10 deal.amount_changed deal/D1 amount=80.00 @2026-03-05
			2026-02-20 deal.stage_changed deal/D1 to=propose`, []asked{
			{"open_deals as_of=2026-01-04", "0 n=0"},
			{"open_deals as_of=2026-01-06", "2 n=2"},
			{"open_deals as_of=2026-03-31", "3 n=3"},
			{"open_deals as_of=2026-03-31 by=stage", "stage=propose: 2 n=2, stage=commit: 1 n=1"},
			{"open_deals as_of=2026-03-31 where=stage:propose by=owner", "owner=ann: 1 n=1, owner=bob: 1 n=1"},
			{"open_pipeline as_of=2026-02-09", "150.00 n=2 missing {amount:1}"},                  // 100 + 50
			{"open_pipeline as_of=2026-02-10", "130.00 n=2 missing {amount:1}"},                  // 80 + 50
			{"open_pipeline known=2026-03-04", "150.00 n=2 missing {amount:1}"},                  // the cut was not known yet
			{"open_pipeline known=2026-03-05", "130.00 n=2 missing {amount:1}"},                  // and now it is
			{"weighted_pipeline as_of=2026-02-09", "10.00 n=1 missing {amount:1,probability:1}"}, // 100 · 0.1
			{"weighted_pipeline as_of=2026-02-10", "8.00 n=1 missing {amount:1,probability:1}"},  // 80 · 0.1
			{"weighted_pipeline as_of=2026-02-20", "40.00 n=1 missing {amount:1,probability:1}"}, // 80 · 0.5
			{
				"open_pipeline as_of=2026-02-11 window=2026-02-09..2026-02-12 step=day",
				"2026-02-09: 150.00 n=2 missing {amount:1}; 2026-02-10: 130.00 n=2 missing {amount:1}; 2026-02-11: 130.00 n=2 missing {amount:1}",
			},
		}},
		{"a plan passes on the day after it, without any event", `
			2026-01-05 deal.created deal/D1 stage=qualify close_date=2026-03-10
			2026-01-05 deal.created deal/D2 stage=qualify close_date=2026-03-20
			2026-01-05 deal.created deal/D3 stage=qualify
			2026-03-25 deal.won deal/D2`, []asked{
			{"deals_past_plan as_of=2026-03-10", "0 n=0 missing {plan:1}"},
			{"deals_past_plan as_of=2026-03-11", "1 n=1 missing {plan:1}"},
			{"deals_past_plan as_of=2026-03-21", "2 n=2 missing {plan:1}"},
			{"deals_past_plan as_of=2026-03-25", "1 n=1 missing {plan:1}"},
			{"deals_past_plan as_of=2030-01-01", "1 n=1 missing {plan:1}"},
			{"share_past_plan as_of=2026-03-21", "0.6666666666666666 n=3 2/3 missing {plan:1}"}, // one has no plan
			{"share_past_plan as_of=2026-03-25", "0.5 n=2 1/2 missing {plan:1}"},
		}},
		{"a plan that is moved counts from its new day, also where that became known late", `
			2026-01-05 deal.created deal/D1 stage=qualify close_date=2026-03-10
			2026-03-15 deal.close_date_changed deal/D1 close_date=2026-04-10 @2026-03-20
			2026-04-15 deal.updated deal/D1 close_date=null`, []asked{
			{"deals_past_plan as_of=2026-03-14", "1 n=1"},
			{"deals_past_plan as_of=2026-03-15", "0 n=0"},
			{"deals_past_plan known=2026-03-19 as_of=2026-03-15", "1 n=1"},
			{"deals_past_plan known=2026-03-20 as_of=2026-03-15", "0 n=0"},
			{"share_past_plan known=2026-03-19 as_of=2026-03-15", "1 n=1 1/1"},
			{"deals_past_plan as_of=2026-04-11", "1 n=1"},
			{"deals_past_plan as_of=2026-04-15", "0 n=0 missing {plan:1}"},
		}},
		{"a deal that is created behind its plan is past it at once", `
			2026-03-15 deal.created deal/D1 stage=qualify close_date=2026-03-10`, []asked{
			{"deals_past_plan as_of=2026-03-14", "0 n=0"},
			{"deals_past_plan as_of=2026-03-15", "1 n=1"},
		}},
	})
}

func TestWeightedPipeline(t *testing.T) {
	tellAll(t, []story{
		{"a deal's own probability goes before its stage's, and is cleared again", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=0.07 probability=0.25
			2026-01-06 deal.updated deal/D1 probability=null
			2026-01-07 deal.stage_changed deal/D1 to=commit
			2026-01-08 deal.updated deal/D1 probability=0`, []asked{
			{"weighted_pipeline as_of=2026-01-05", "0.02 n=1"}, // 7 · 0.25 = 1.75 minor units
			{"weighted_pipeline as_of=2026-01-06", "0.01 n=1"}, // 7 · 0.1 = 0.7
			{"weighted_pipeline as_of=2026-01-07", "0.00 n=0 missing {probability:1}"},
			{"weighted_pipeline as_of=2026-01-08", "0.00 n=1"},
		}},
		{"weighted money is rounded half to even, once", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=0.01 probability=0.5
			2026-01-06 deal.created deal/D2 stage=qualify amount=0.02 probability=0.5
			2026-01-07 deal.created deal/D3 stage=qualify amount=0.01 probability=0.5
			2026-01-08 deal.created deal/D4 stage=qualify amount=0.01 probability=0.00005
			2026-01-09 deal.created deal/D5 stage=qualify amount=0.01 probability=0.49985
			2026-01-10 deal.created deal/D6 stage=qualify amount=0.01 probability=0.00001`, []asked{
			{"weighted_pipeline as_of=2026-01-05", "0.00 n=1"}, // 0.5 goes to 0
			{"weighted_pipeline as_of=2026-01-06", "0.02 n=2"}, // 0.5 + 1 = 1.5 goes to 2
			{"weighted_pipeline as_of=2026-01-07", "0.02 n=3"}, // 2 exactly
			{"weighted_pipeline as_of=2026-01-09", "0.02 n=5"}, // 0.0000|5 → 0 parts and 4998|5 → 4998: 2.4998
			{"weighted_pipeline as_of=2026-01-10", "0.02 n=6"},
		}},
		{"created and won on one day, a deal never stands in the evening", `
			2026-01-05T09:00 deal.created deal/D1 stage=qualify amount=10
			2026-01-05T17:00 deal.won deal/D1
			2026-01-06T09:00 deal.reopened deal/D1
			2026-01-06T10:00 deal.merged deal/D1 into=D9`, []asked{
			{"open_deals as_of=2026-01-05", "0 n=0"},
			{"open_deals as_of=2026-01-06", "0 n=0"},
			{"open_deals known=2026-01-05", "0 n=0"},
		}},
	})
}
