package metric_test

import (
	"testing"
	"time"
)

// reps is three owners with quotas and one without, in one quarter.
const reps = `
	2026-01-01 quota.set owner/A period=2026-Q1 amount=50.00
	2026-01-01 quota.set owner/B period=2026-Q1 amount=150.00
	2026-01-01 quota.set owner/C period=2026-Q1 amount=100.00
	2026-01-01 quota.set team/emea period=2026-Q1 amount=260.00
	2026-02-20 deal.won deal/D1 amount=40.00
	2026-02-19 deal.owner_changed deal/D1 owner=A team=emea
	2026-03-25 deal.won deal/D4 amount=70.00
	2026-03-24 deal.owner_changed deal/D4 owner=B team=emea
	2026-03-15 deal.won deal/D5 amount=20.00
	2026-03-14 deal.owner_changed deal/D5 owner=A team=apac
	2026-03-16 deal.won deal/D6 amount=500.00 @2026-04-10
	2026-03-15 deal.owner_changed deal/D6 owner=Z team=apac @2026-04-10`

func TestQuotas(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"quota_attainment as_of=2026-03-31", "null n=0 low (no quota is set for all of these days)"},
			{"quota_attainment_mean as_of=2026-03-31", "null n=0 low (no quota is set for all of these days)"},
			{"quota_attainment_share as_of=2026-03-31", "null n=0 low (no quota is set for all of these days)"},
			{"quota_attainment as_of=2026-03-31 by=owner", ""},
		}},
		{"three owners with a quota and one without", reps, []asked{
			{"quota_attainment" + q1, "0.43333333333333335 n=3 130.00/300.00 originally 0.43333333333333335 of 300.00 missing {quota:1}"},
			{"quota_attainment window=2026-Q1 known=2026-04-09 as_of=2026-04-09", "0.43333333333333335 n=3 130.00/300.00 originally 0.43333333333333335 of 300.00"},
			{"quota_attainment_mean" + q1, "0.5555555555555556 n=3 1.6666666666666667/3 missing {quota:1}"}, // (1.2 + 0.4667 + 0) / 3
			{"quota_attainment_share" + q1, "0.3333333333333333 n=3 1/3 missing {quota:1}"},
			{"quota_attainment" + q1 + "by=owner", "owner=B: 0.4666666666666667 n=1 70.00/150.00 originally 0.4666666666666667 of 150.00, " +
				"owner=C: 0 n=1 0.00/100.00 originally 0 of 100.00, owner=A: 1.2 n=1 60.00/50.00 originally 1.2 of 50.00, " +
				"owner=Z: null n=0 low (no quota is set for all of these days) missing {quota:1}"},
			{"quota_attainment" + q1 + "where=owner:A", "1.2 n=1 60.00/50.00 originally 1.2 of 50.00"},
			{"quota_attainment" + q1 + "where=team:emea", "0.4230769230769231 n=1 110.00/260.00 originally 0.4230769230769231 of 260.00"},
			{"quota_attainment_share" + q1 + "by=team", "team=emea: 0 n=1 0/1, team=apac: null n=0 low (no quota is set for all of these days) missing {quota:1}"},
			{"quota_attainment window=2026-Q2 as_of=2026-06-30", "null n=0 low (no quota is set for all of these days)"},
		}},
		{"the shorter window's part of a longer period's quota, by days", reps, []asked{
			{"quota_attainment window=2026-02 as_of=2026-03-31", "0.42857142857142855 n=3 40.00/93.33 originally 0.42857142857142855 of 93.33"}, // 300·28/90
			{"quota_attainment window=2026-03-01..2026-03-11 as_of=2026-03-31 where=owner:B", "0 n=1 0.00/16.67 originally 0 of 16.67"},
		}},
		{"periods of the window's own kind, else finer ones that cover it, else the part of coarser ones", `
			2026-01-01 quota.set owner/A period=2026 amount=365.00
			2026-01-01 quota.set owner/A period=2026-01 amount=10.00
			2026-01-01 quota.set owner/A period=2026-02 amount=20.00
			2026-01-01 quota.set owner/A period=2026-04 amount=40.00
			2026-01-01 quota.set owner/A period=2026-05 amount=50.00
			2026-01-01 quota.set owner/A period=2026-06 amount=60.00
			2026-01-15 deal.won deal/D1 amount=5.00
			2026-01-14 deal.owner_changed deal/D1 owner=A`, []asked{
			{"quota_attainment window=2026-01 as_of=2026-12-31", "0.5 n=1 5.00/10.00 originally 0.5 of 10.00"},
			{"quota_attainment window=2026-Q1 as_of=2026-12-31", "0.05555555555555555 n=1 5.00/90.00 originally 0.05555555555555555 of 90.00"}, // no March: 90 days of the year
			{"quota_attainment window=2026-Q2 as_of=2026-12-31", "0 n=1 0.00/150.00 originally 0 of 150.00"},                                   // 40 + 50 + 60
			{"quota_attainment window=2026 as_of=2026-12-31", "0.0136986301369863 n=1 5.00/365.00 originally 0.0136986301369863 of 365.00"},
			{"quota_attainment window=2026-01-17..2026-02-15 as_of=2026-12-31", "0 n=1 0.00/14.84 originally 0 of 14.84"}, // 10·15/31 + 20·14/28
			{"quota_attainment window=2026-Q1 as_of=2026-12-31 step=month", "2026-01-01: 0.5 n=1 5.00/10.00 originally 0.5 of 10.00; " +
				"2026-02-01: 0 n=1 0.00/20.00 originally 0 of 20.00; 2026-03-01: 0 n=1 0.00/31.00 originally 0 of 31.00"},
		}},
		{"the last one set is in force, and the first stands beside it", `
			2026-01-01 quota.set owner/A period=2026-Q1 amount=100.00
			2026-02-01 quota.set owner/A period=2026-Q1 amount=200.00 @2026-02-10
			2026-03-01 quota.set owner/A period=2026-Q1 amount=400.00
			2026-01-15 deal.won deal/D1 amount=50.00
			2026-01-14 deal.owner_changed deal/D1 owner=A`, []asked{
			{"quota_attainment" + q1, "0.125 n=1 50.00/400.00 originally 0.5 of 100.00"},
			{"quota_attainment window=2026-Q1 as_of=2026-02-28", "0.25 n=1 50.00/200.00 originally 0.5 of 100.00"},
			{"quota_attainment window=2026-Q1 as_of=2026-01-31", "0.5 n=1 50.00/100.00 originally 0.5 of 100.00"},
			{"quota_attainment window=2026-Q1 known=2026-02-09", "0.5 n=1 50.00/100.00 originally 0.5 of 100.00"},
			{"quota_attainment window=2026-Q1 known=2026-02-10", "0.25 n=1 50.00/200.00 originally 0.5 of 100.00"},
		}},
		{"in another currency, by the rate of the day on which it was set", `
			2026-01-01 fx.rate_set currency/USD base=EUR rate=0.5 date=2026-01-02
			2026-01-03 quota.set owner/A period=2026-Q1 amount=100.00 currency=USD
			2026-01-01 quota.set owner/B period=2026-Q1 amount=100.00 currency=USD
			2026-01-15 deal.won deal/D1 amount=10.00
			2026-01-14 deal.owner_changed deal/D1 owner=A`, []asked{
			{"quota_attainment" + q1, "0.2 n=1 10.00/50.00 originally 0.2 of 50.00 missing {unconverted:{USD:100.00}}"},
		}},
	})
}

func TestGoals(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"goal_attainment as_of=2026-03-31", "null n=0 low (no goal is set for all of these days)"},
			{"goal_pace window=2026-Q1 as_of=2026-03-31", "null n=0 low (no past period has a goal)"},
			{"goal_pace as_of=2026-03-31", "the metric takes a month, a quarter or a year, calendar or fiscal; 2026-03-02..2026-04-01 is none"},
			{"pipeline_attainment window=2026-Q1 as_of=2026-03-31", "null n=0 low (no goal is set for all of these days)"},
			{"pipeline_coverage as_of=2026-03-31", "null n=0 0.00/null low (no goal is set for all of these days)"},
		}},
		{"a goal is of whom it is set for", `
			2026-01-01 goal.set tenant metric=bookings period=2026-Q1 amount=200.00
			2026-01-01 goal.set owner/A metric=bookings period=2026-Q1 amount=100.00
			2026-01-01 goal.set team/emea metric=bookings period=2026-Q1 amount=80.00
			2026-01-01 goal.set tenant metric=deals_won period=2026-Q1 value=4
			2026-01-01 goal.set tenant metric=win_rate period=2026-Q1 value=0.8
			2026-01-01 goal.set tenant metric=open_deals period=2026-Q1 value=10
			2026-01-14 deal.owner_changed deal/D1 owner=A team=emea
			2026-01-15 deal.won deal/D1 amount=50.00
			2026-02-14 deal.owner_changed deal/D2 owner=A team=emea
			2026-02-15 deal.lost deal/D2
			2026-03-14 deal.owner_changed deal/D3 owner=B
			2026-03-14 deal.won deal/D4 amount=30.00 @2026-04-02`, []asked{
			{"goal_attainment" + q1, "0.4 n=1 80.00/200.00 originally 0.4 of 200.00"},
			{"goal_attainment window=2026-Q1 known=2026-04-01", "0.25 n=1 50.00/200.00 originally 0.25 of 200.00"},
			{"goal_attainment" + q1 + "by=owner", "owner=A: 0.5 n=1 50.00/100.00 originally 0.5 of 100.00"},
			{"goal_attainment" + q1 + "by=team", "team=emea: 0.625 n=1 50.00/80.00 originally 0.625 of 80.00"},
			{"goal_attainment" + q1 + "where=owner:A", "0.5 n=1 50.00/100.00 originally 0.5 of 100.00"},
			{"goal_attainment" + q1 + "where=metric:deals_won", "0.5 n=1 2/4 originally 0.5 of 4"},
			{"goal_attainment window=2026-01 as_of=2026-03-31 where=metric:deals_won", "0.7258064516129032 n=1 1/1.3777777777777778 originally 0.7258064516129032 of 1.3777777777777778"}, // 4·31/90
			{"goal_attainment window=2026-01 as_of=2026-03-31 where=metric:win_rate", "1.25 n=1 1/0.8 originally 1.25 of 0.8"},                                                            // no day's part of a rate
			{"goal_attainment window=2026-03 as_of=2026-03-13 where=metric:win_rate", "null n=1 originally null of 0.8 (the metric that the goal is for has no value)"},
			{"goal_attainment" + q1 + "where=metric:open_deals", "0.1 n=1 1/10 originally 0.1 of 10"},
			{"goal_attainment" + q1 + "step=month", "2026-01-01: 0.7258064516129032 n=1 50.00/68.89 originally 0.7258064516129032 of 68.89; " +
				"2026-02-01: 0 n=1 0.00/62.22 originally 0 of 62.22; 2026-03-01: 0.43548387096774194 n=1 30.00/68.89 originally 0.43548387096774194 of 68.89"},
			{"goal_attainment" + q1 + "by=segment", "this combination of dimensions is not kept; kept are: metric; owner,metric; team,metric"},
			{"goal_attainment" + q1 + "by=metric", "the metric has no such option: it is asked of one metric at a time, by where=metric:id"},
			{
				"goal_attainment" + q1 + "where=metric:goal_pace",
				`the metric has no such option: where=metric names a metric of the catalogue that has goals, and "goal_pace" is none`,
			},
		}},
		{"a goal for money may be a number of major units", `
			2026-01-01 goal.set tenant metric=bookings period=2026-Q1 value=200.5
			2026-01-15 deal.won deal/D1 amount=40.10`, []asked{
			{"goal_attainment" + q1, "0.2 n=1 40.10/200.50 originally 0.2 of 200.50"},
		}},
		{"the pace of past periods, by the day of the same number", `
			2025-01-01 goal.set tenant metric=bookings period=2025-Q3 amount=100.00
			2025-01-01 goal.set tenant metric=bookings period=2025-Q4 amount=200.00
			2025-01-01 goal.set tenant metric=bookings period=2026-Q1 amount=300.00
			2025-07-10 deal.won deal/D1 amount=20.00
			2025-09-29 deal.won deal/D2 amount=70.00
			2025-10-31 deal.won deal/D3 amount=20.00
			2025-11-01 deal.won deal/D4 amount=100.00 @2026-02-20
			2026-01-20 deal.won deal/D5 amount=60.00`, []asked{
			{"goal_pace window=2026-Q1 as_of=2026-01-31", "0.15 n=2 0.3/2"}, // 31 days: 20 of 100, 20 of 200
			{"goal_pace window=2026-Q1 as_of=2026-02-01", "0.4 n=2 0.8/2"},  // and D4 on the thirty-second: 120 of 200
			{"goal_pace window=2026-Q1 known=2026-02-01", "0.15 n=2 0.3/2"}, // not known by then
			{"goal_pace window=2026-Q1 as_of=2026-06-30", "0.75 n=2 1.5/2"}, // all: 90 of 100, 120 of 200
			{"goal_pace window=2025-Q3 as_of=2026-06-30", "null n=0 low (no past period has a goal)"},
		}},
	})
}

func TestPlansOfPipeline(t *testing.T) {
	tellAll(t, []story{
		{"what is open, won and missing of a plan", `
			2026-01-01 goal.set tenant metric=bookings period=2026-Q1 amount=150.00
			2026-01-01 goal.set tenant metric=open_pipeline period=2026-Q1 amount=400.00
			2026-01-01 goal.set owner/A metric=bookings period=2026-Q1 amount=40.00
			2026-01-05 deal.created deal/D1 stage=qualify amount=50.00 close_date=2026-02-15 owner=A
			2026-01-05 deal.created deal/D2 stage=qualify amount=120.00 close_date=2026-03-20 owner=B
			2026-01-05 deal.created deal/D3 stage=qualify amount=80.00 close_date=2026-04-20 owner=B
			2026-02-20 deal.won deal/D1 @2026-03-05
			2026-03-10 deal.close_date_changed deal/D3 close_date=2026-03-31
			2026-03-28 deal.won deal/D3`, []asked{
			{"pipeline_coverage window=2026-Q1 as_of=2026-03-09", "1.2 n=1 120.00/100.00 originally 1.2 of 100.00"}, // D2; 150 − 50
			{"pipeline_coverage as_of=2026-03-09", "1.2 n=1 120.00/100.00 originally 1.2 of 100.00"},                // in the quarter of the day
			{"pipeline_coverage window=2026-Q1 known=2026-03-04", "1.1333333333333333 n=2 170.00/150.00 originally 1.1333333333333333 of 150.00"},
			{"pipeline_coverage window=2026-Q1 known=2026-03-05", "1.2 n=1 120.00/100.00 originally 1.2 of 100.00"},
			{"pipeline_coverage window=2026-Q1 as_of=2026-03-10", "2 n=2 200.00/100.00 originally 2 of 100.00"},
			{"pipeline_coverage window=2026-Q1 as_of=2026-03-31", "6 n=1 120.00/20.00 originally 6 of 20.00"},
			{"pipeline_coverage window=2026-Q1 as_of=2026-03-31 by=owner", "owner=A: null n=0 0.00/-10.00 low originally null of -10.00 (the goal is met), owner=B: null n=1 120.00/null (no goal is set for all of these days)"},
			{"pipeline_coverage window=2026-Q1 as_of=2026-03-31 step=month", "2026-01-01: 1.1333333333333333 n=2 170.00/150.00 originally 1.1333333333333333 of 150.00; " +
				"2026-02-01: 1.2 n=1 120.00/100.00 originally 1.2 of 100.00; 2026-03-01: 6 n=1 120.00/20.00 originally 6 of 20.00"},
			{"pipeline_attainment window=2026-Q1 as_of=2026-03-09", "0.425 n=1 170.00/400.00 originally 0.425 of 400.00"}, // D2 open, D1 won
			{"pipeline_attainment window=2026-Q1 as_of=2026-03-31", "0.625 n=1 250.00/400.00 originally 0.625 of 400.00"}, // and D3 won
			{"pipeline_attainment window=2026-Q1 known=2026-03-04", "0.425 n=1 170.00/400.00 originally 0.425 of 400.00"}, // D1 seemed open
			// each month by its own plan, with its share of the quarter's target: 31, 28 and 31 of 90 days
			{"pipeline_attainment window=2026-Q1 as_of=2026-03-31 step=month", "2026-01-01: 0 n=1 0.00/137.78 originally 0 of 137.78; " +
				"2026-02-01: 0.4017857142857143 n=1 50.00/124.44 originally 0.4017857142857143 of 124.44; " +
				"2026-03-01: 1.4516129032258065 n=1 200.00/137.78 originally 1.4516129032258065 of 137.78"},
			{"pipeline_attainment window=30d as_of=2026-03-31", "the metric takes a month, a quarter or a year, calendar or fiscal; 2026-03-02..2026-04-01 is none"},
			{"pipeline_attainment window=2026-Q2 as_of=2026-03-31", "null n=0 low (no goal is set for all of these days)"},
		}},
	})
}

func TestGoalsAreOfFiscalPeriods(t *testing.T) {
	c := tell(t, layoutFrom(time.April), `
		2025-04-01 goal.set tenant metric=bookings period=2026-Q1 amount=100.00
		2025-04-01 goal.set tenant metric=bookings period=2026 amount=365.00
		2025-05-01 deal.won deal/D1 amount=50.00
		2026-03-31 deal.won deal/D2 amount=15.00`)
	check(t, c, []asked{
		{"goal_attainment window=FY2026-Q1 as_of=2026-03-31", "0.5 n=1 50.00/100.00 originally 0.5 of 100.00"},
		{"goal_attainment window=FY2026 as_of=2026-03-31", "0.1780821917808219 n=1 65.00/365.00 originally 0.1780821917808219 of 365.00"},
		{"goal_attainment window=2026-Q1 as_of=2026-03-31", "0.16666666666666666 n=1 15.00/90.00 originally 0.16666666666666666 of 90.00"}, // 90 days of the year
	})
}
