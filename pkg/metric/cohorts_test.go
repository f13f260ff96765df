package metric_test

import "testing"

func TestCohorts(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"win_rate_cohort as_of=2026-03-31", "null n=0 0/0 low"},
			{"lead_conversion_rate as_of=2026-03-31", "null n=0 0/0 low"},
			{"lead_to_close_rate as_of=2026-03-31", "null n=0 0/0 low"},
			{"stage_conversion_rate as_of=2026-03-31", "null n=0 0/0 low"},
			{"stage_conversion_rate as_of=2026-03-31 by=stage", ""},
		}},
		{"five deals, one of them known late", fiveDeals, []asked{
			{"win_rate_cohort window=2026-Q1 as_of=2026-03-31", "0.4 n=5 2/5 missing {immature:0.2}"}, // D1, D2 of five; D5 is open
			{"win_rate_cohort window=2026-01 as_of=2026-03-31", "0.5 n=4 2/4"},
			{"win_rate_cohort window=2026-01 as_of=2026-02-14", "0.25 n=4 1/4 missing {immature:0.75}"},
			{"win_rate_cohort window=2026-01 known=2026-03-19", "0.25 n=4 1/4 missing {immature:0.25}"}, // D2 seemed open
			{"win_rate_cohort window=2026-01 known=2026-03-20", "0.5 n=4 2/4"},
			{"win_rate_cohort window=2026-01 as_of=2026-03-31 by=owner", "owner=ann: 1 n=2 2/2, owner=bob: 0 n=2 0/2"},
		}},
		{"the thirtieth day after the entry is within thirty days, the thirty-first is not", `
			2026-01-01 lead.captured lead/L1 source=web
			2026-01-01 lead.captured lead/L2 source=web
			2026-01-01 lead.captured lead/L3 source=fair
			2026-01-31 lead.converted lead/L1 deal=D1
			2026-02-01 lead.converted lead/L2 deal=D2 @2026-02-10
			2026-03-01 deal.won deal/D1
			2026-03-15 lead.captured lead/L4 source=web`, []asked{
			{"lead_conversion_rate window=2026-01 as_of=2026-03-31", "0.6666666666666666 n=3 2/3"},
			{"lead_conversion_rate window=2026-01 as_of=2026-03-31 within=30", "0.3333333333333333 n=3 1/3"},
			{"lead_conversion_rate window=2026-01 as_of=2026-03-31 within=31", "0.6666666666666666 n=3 2/3"},
			{"lead_conversion_rate window=2026-01 known=2026-02-09", "0.3333333333333333 n=3 1/3"},
			{"lead_conversion_rate window=2026-01 known=2026-02-10", "0.6666666666666666 n=3 2/3"},
			{"lead_conversion_rate window=2026-01 as_of=2026-01-30 within=30", "0 n=3 0/3 missing {immature:1}"},
			{"lead_conversion_rate window=2026-01 as_of=2026-01-31 within=30", "0.3333333333333333 n=3 1/3"},
			{"lead_conversion_rate window=2026-Q1 as_of=2026-03-31 within=30", "0.25 n=4 1/4 missing {immature:0.25}"}, // L4
			{"lead_conversion_rate window=2026-01 as_of=2026-03-31 by=source", "source=web: 1 n=2 2/2, source=fair: 0 n=1 0/1"},
			{"lead_to_close_rate window=2026-01 as_of=2026-03-31", "0.3333333333333333 n=3 1/3"},
			{"lead_to_close_rate window=2026-01 as_of=2026-02-28", "0 n=3 0/3"},
			{"lead_to_close_rate window=2026-01 as_of=2026-03-31 within=30", "0 n=3 0/3"},
			{"lead_to_close_rate window=2026-01 as_of=2026-03-31 within=60", "0.3333333333333333 n=3 1/3"}, // 59 days
		}},
		{"an end before the entry counts on the entry's day", `
			2026-01-10 lead.converted lead/L1 deal=D1
			2026-01-11 deal.won deal/D1
			2026-01-15 lead.captured lead/L1`, []asked{
			{"lead_conversion_rate window=2026-01-15 as_of=2026-01-15", "1 n=1 1/1"},
			{"lead_to_close_rate window=2026-01-15 as_of=2026-01-15", "1 n=1 1/1"},
			{"lead_to_close_rate window=2026-01 known=2026-01-14", "null n=0 0/0 low"},
		}},
		{"a lead that is known to be won late", `
			2026-01-10 lead.captured lead/L1
			2026-01-11 lead.converted lead/L1 deal=D1
			2026-01-20 deal.won deal/D1 @2026-02-05
			2026-02-20 deal.reopened deal/D1`, []asked{
			{"lead_to_close_rate window=2026-01 known=2026-02-04", "0 n=1 0/1"},
			{"lead_to_close_rate window=2026-01 known=2026-02-05", "1 n=1 1/1"},
			{"lead_to_close_rate window=2026-01 known=2026-02-20", "0 n=1 0/1"}, // undone
		}},
	})
}

func TestConversionBetweenStages(t *testing.T) {
	const q1 = "stage_conversion_rate window=2026-Q1 as_of=2026-03-31 "
	tellAll(t, []story{
		{"a skip passes, and is not an entry; strict wants the stage itself", `
			2026-01-05 deal.created deal/D1 stage=qualify
			2026-01-20 deal.stage_changed deal/D1 to=commit
			2026-01-06 deal.created deal/D2 stage=qualify
			2026-01-21 deal.stage_changed deal/D2 to=propose`, []asked{
			{q1 + "where=stage:qualify", "1 n=2 2/2"},
			{q1 + "where=stage:qualify skip=strict", "0.5 n=2 1/2"},
			{q1 + "where=from:qualify,to:commit", "0.5 n=2 1/2 missing {immature:0.5}"},
			{q1 + "by=stage", "stage=qualify: 1 n=2 2/2, stage=commit: 0 n=1 0/1 missing {immature:1}, stage=propose: 0 n=1 0/1 missing {immature:1}"},
			{q1 + "where=stage:propose", "0 n=1 0/1 missing {immature:1}"}, // D1 did not enter it
		}},
		{"only the first entry counts, and what was reached before it counts on its day", `
			2026-01-05 deal.created deal/D1 stage=commit
			2026-01-20 deal.stage_changed deal/D1 to=qualify
			2026-02-20 deal.stage_changed deal/D1 to=commit
			2026-03-20 deal.stage_changed deal/D1 to=qualify`, []asked{
			{"stage_conversion_rate window=2026-01 as_of=2026-01-20 where=from:qualify,to:commit", "1 n=1 1/1"},
			{"stage_conversion_rate window=2026-03 as_of=2026-03-31 where=from:qualify,to:commit", "null n=0 0/0 low"},
			{"stage_entries window=2026-Q1 as_of=2026-03-31 by=stage", "stage=commit: 2 n=2, stage=qualify: 2 n=2"},
		}},
		{"a win passes every open stage, a loss none; strict takes a win for the won stage alone", `
			2026-01-05 deal.created deal/D1 stage=qualify
			2026-01-20 deal.won deal/D1
			2026-01-06 deal.created deal/D2 stage=qualify
			2026-01-25 deal.lost deal/D2`, []asked{
			{q1 + "where=stage:qualify", "0.5 n=2 1/2"},
			{q1 + "where=stage:qualify skip=strict", "0 n=2 0/2"},
			{q1 + "where=from:qualify,to:signed", "0.5 n=2 1/2"},
			{q1 + "where=from:qualify,to:signed skip=strict", "0.5 n=2 1/2"},
			{"stage_conversion_rate window=2026-Q1 as_of=2026-01-19 where=stage:qualify", "0 n=2 0/2 missing {immature:1}"},
			{"stage_conversion_rate window=2026-Q1 as_of=2026-01-20 where=stage:qualify", "0.5 n=2 1/2 missing {immature:0.5}"},
			{q1 + "where=stage:qualify within=15", "0.5 n=2 1/2"}, // 5 January + 15 days = 20 January
			{q1 + "where=stage:qualify within=14", "0 n=2 0/2"},
		}},
		{"a win that was undone passes nothing any more; what was known before did", `
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann
			2026-01-20 deal.won deal/D1
			2026-02-10 deal.reopened deal/D1`, []asked{
			{"stage_conversion_rate window=2026-01 known=2026-02-09 where=stage:qualify", "1 n=1 1/1"},
			{"stage_conversion_rate window=2026-01 known=2026-02-10 where=stage:qualify", "0 n=1 0/1 missing {immature:1}"},
			{q1 + "by=stage,owner", "owner=ann stage=qualify: 0 n=1 0/1 missing {immature:1}"},
		}},
		{"a stage that is not listed has no order", `
			2026-01-05 deal.created deal/D1 stage=odd
			2026-01-20 deal.stage_changed deal/D1 to=propose`, []asked{
			{q1 + "by=stage", "stage=propose: 0 n=1 0/1 missing {immature:1}"},
			{"stage_entries window=2026-Q1 as_of=2026-03-31 where=stage:odd", "1 n=1"},
		}},
	})
}
