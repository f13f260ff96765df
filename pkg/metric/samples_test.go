package metric_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"weir.dev/weir/pkg/ledger"
)

func TestDistributions(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"median_deal_size as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
			{"sales_cycle_length as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
			{"time_in_stage as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
		}},
		{"sizes are for twelve months, a shorter term counts whole; below 256 minor units a bin is exact", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=2.40 term_months=24
			2026-01-05 deal.created deal/D2 stage=qualify amount=0.90 term_months=6
			2026-01-05 deal.created deal/D3 stage=qualify amount=1.00
			2026-01-05 deal.created deal/D4 stage=qualify
			2026-01-05 deal.created deal/D5 stage=qualify amount=9.00
			2026-02-01 deal.won deal/D1
			2026-02-01 deal.won deal/D2
			2026-02-01 deal.won deal/D3 @2026-02-10
			2026-02-01 deal.won deal/D4
			2026-02-01 deal.lost deal/D5`, []asked{
			// 120, 90, 100: the second of three is 100; 75 % and 90 % are the third; the mean is 310/3 = 103.3
			{"median_deal_size window=2026-Q1 as_of=2026-03-31", "1.00 n=3 p75=1.20 p90=1.20 mean=1.03 missing {amount:1}"},
			{"median_deal_size window=2026-Q1 known=2026-02-09", "0.90 n=2 p75=1.20 p90=1.20 mean=1.05 missing {amount:1}"},
			{"median_deal_size window=2026-Q1 as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
			{"average_deal_size_booked window=2026-Q1 as_of=2026-03-31", "1.43 n=3 4.30/3 missing {amount:1}"}, // 240 + 90 + 100
		}},
		{"cycles run from the creation to the final win", `
			2026-01-05T12:00:00 deal.created deal/D1 stage=qualify
			2026-01-05T12:01:40 deal.won deal/D1
			2026-01-05T12:03:20 deal.reopened deal/D1
			2026-01-05T12:04:00 deal.won deal/D1 @2026-01-09
			2026-01-06T12:00:00 deal.created deal/D2 stage=qualify
			2026-01-06T12:00:30 deal.won deal/D2
			2026-01-07T12:00:00 deal.won deal/D3
			2026-01-07T12:00:01 deal.created deal/D3 stage=signed`, []asked{
			// 240 and 30 seconds; D3 is said to be created behind its win
			{"sales_cycle_length window=2026-01 as_of=2026-01-31", "30 n=2 p75=240 p90=240 mean=135 missing {creation:1}"},
			{"sales_cycle_length window=2026-01 known=2026-01-08", "30 n=1 p75=30 p90=30 mean=30 missing {creation:1}"},
			{"sales_cycle_length window=2026-01 known=2026-01-05", "null n=0 p75=null p90=null mean=null low"},
		}},
		{"each stay is a sample on the day of its end, also one ended by an outcome that was undone", `
			2026-01-05T12:00:00 deal.created deal/D1 stage=qualify owner=ann
			2026-01-05T12:00:10 deal.stage_changed deal/D1 to=qualify
			2026-01-05T12:01:00 deal.stage_changed deal/D1 to=propose
			2026-01-05T12:03:00 deal.won deal/D1
			2026-01-06T12:00:00 deal.reopened deal/D1
			2026-01-06T12:04:00 deal.stage_changed deal/D1 to=qualify @2026-01-09`, []asked{
			{"time_in_stage window=2026-01 as_of=2026-01-31 by=stage", // qualify 60; propose 120 and 240
				"stage=propose: 120 n=2 p75=240 p90=240 mean=180, stage=qualify: 60 n=1 p75=60 p90=60 mean=60"},
			{"time_in_stage window=2026-01-05 as_of=2026-01-31 where=stage:propose", "120 n=1 p75=120 p90=120 mean=120"},
			{"time_in_stage window=2026-01 known=2026-01-08 where=stage:propose", "120 n=1 p75=120 p90=120 mean=120"},
			{"stage_entries window=2026-01 as_of=2026-01-31 by=stage", "stage=propose: 2 n=2, stage=qualify: 2 n=2"},
			{"stage_entries window=2026-01 known=2026-01-08 by=stage", "stage=propose: 2 n=2, stage=qualify: 1 n=1"},
			{"stage_entries window=2026-01 as_of=2026-01-31", "4 n=4"},
			{"stage_entries window=2026-02 as_of=2026-02-28", "0 n=0"},
		}},
	})
}

func TestLeadsAndActivities(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"leads_captured as_of=2026-03-31", "0 n=0"},
			{"mqls as_of=2026-03-31", "0 n=0"},
			{"activities as_of=2026-03-31", "0 n=0"},
		}},
		{"merged persons are one lead, by the earliest capture", `
			2026-01-10 lead.captured lead/L1 source=web owner=ann
			2026-01-05 lead.captured lead/L2 source=fair owner=bob
			2026-01-20 lead.captured lead/L3 source=web
			2026-02-03 lead.merged lead/L2 into=L1`, []asked{
			{"leads_captured window=2026-01 known=2026-02-02", "3 n=3"},
			{"leads_captured window=2026-01 known=2026-02-03", "2 n=2"},
			{"leads_captured window=2026-01 known=2026-02-02 by=source", "source=web: 2 n=2, source=fair: 1 n=1"},
			{"leads_captured window=2026-01 known=2026-02-03 by=source", "source=fair: 1 n=1, source=web: 1 n=1"},
			{
				"leads_captured window=2026-01 as_of=2026-02-03 step=week",
				"2026-01-01: 0 n=0; 2026-01-05: 1 n=1; 2026-01-12: 0 n=0; 2026-01-19: 1 n=1; 2026-01-26: 0 n=0",
			},
		}},
		{"the first qualification counts, with or without a capture", `
			2026-01-10 lead.qualified lead/L1 level=mql rule=r1
			2026-01-12 lead.qualified lead/L1 level=mql rule=r2
			2026-01-11 lead.captured lead/L2 source=web
			2026-01-13 lead.qualified lead/L2 level=sql rule=r1
			2026-01-14 lead.qualified lead/L2 level=mql rule=r2 @2026-01-20
			2026-01-15 lead.disqualified lead/L2`, []asked{
			{"mqls window=2026-01 as_of=2026-01-31", "2 n=2"},
			{"mqls window=2026-01 known=2026-01-19", "1 n=1"},
			{"mqls window=2026-01 known=2026-01-20", "2 n=2"},
			{"mqls window=2026-01 as_of=2026-01-31 by=rule", "rule=r1: 1 n=1, rule=r2: 1 n=1"},
			{"mqls window=2026-01 as_of=2026-01-31 by=source", "source=unknown: 1 n=1, source=web: 1 n=1"},
		}},
		{"activities that are not internal, with their own owner before the deal's, also of a deal that was deleted", `
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann
			2026-01-06 activity.logged deal/D1 kind=call direction=outbound
			2026-01-07 activity.logged deal/D1 kind=email direction=inbound owner=bob
			2026-01-08 activity.logged deal/D1 kind=note direction=internal
			2026-01-09 deal.owner_changed deal/D1 owner=cid
			2026-01-10 activity.logged deal/D1 kind=call direction=outbound @2026-02-01
			2026-01-11 activity.logged lead/L1 kind=call direction=inbound
			2026-01-12 activity.logged account/A1 kind=meeting
			2026-01-13 deal.deleted deal/D1`, []asked{
			{"activities window=2026-01 as_of=2026-01-31", "5 n=5"},
			{"activities window=2026-01 known=2026-01-31", "4 n=4"},
			{"activities window=2026-01 as_of=2026-01-31 by=kind", "kind=call: 3 n=3, kind=email: 1 n=1, kind=meeting: 1 n=1"},
			{"activities window=2026-01 as_of=2026-01-31 by=direction", "direction=inbound: 2 n=2, direction=outbound: 2 n=2, direction=unknown: 1 n=1"},
			{"activities window=2026-01 as_of=2026-01-31 by=owner", "owner=unknown: 2 n=2, owner=ann: 1 n=1, owner=bob: 1 n=1, owner=cid: 1 n=1"},
		}},
		{"the activities of a merged deal are its survivor's, once", `
			2026-01-05 deal.created deal/D1 stage=qualify
			2026-01-06 activity.logged deal/D1 kind=call direction=outbound
			2026-01-07 deal.merged deal/D1 into=D2
			2026-01-08 deal.merged deal/D2 into=D3`, []asked{
			{"activities window=2026-01 as_of=2026-01-31", "1 n=1"},
			{"activities window=2026-01 known=2026-01-07", "1 n=1"},
			{"deals_created window=2026-01 as_of=2026-01-31", "0 n=0"},
		}},
	})
}

func TestMoneyIsShownInTheUnitsOfItsCurrency(t *testing.T) {
	tellAll(t, []story{
		{"what has no rate is listed, never dropped", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=10.50 currency=EUR
			2026-01-05 deal.created deal/D2 stage=qualify amount=1200 currency=JPY
			2026-01-05 deal.created deal/D3 stage=qualify amount=1.005 currency=KWD
			2026-01-05 deal.created deal/D4 stage=qualify
			2026-02-01 deal.won deal/D1
			2026-02-01 deal.won deal/D2
			2026-02-01 deal.won deal/D3
			2026-02-01 deal.won deal/D4
			2026-02-02 deal.lost deal/D5 amount=1`, []asked{
			{"bookings window=2026-Q1 as_of=2026-03-31", "10.50 n=1 missing {amount:1,unconverted:{JPY:1200,KWD:1.005}}"},
			{"bookings window=2026-Q1 as_of=2026-03-31 currency=JPY", "1200 n=1 missing {amount:1,unconverted:{EUR:10.50,KWD:1.005}}"},
			{"bookings window=2026-Q1 as_of=2026-03-31 currency=KWD", "1.005 n=1 missing {amount:1,unconverted:{EUR:10.50,JPY:1200}}"},
			{"bookings window=2026-Q1 as_of=2026-03-31 currency=USD", "0.00 n=0 missing {amount:1,unconverted:{EUR:10.50,JPY:1200,KWD:1.005}}"},
			{"open_pipeline as_of=2026-01-31", "10.50 n=1 missing {amount:1,unconverted:{JPY:1200,KWD:1.005}}"},
			{"weighted_pipeline as_of=2026-01-31 currency=JPY", "120 n=1 missing {amount:1,unconverted:{EUR:1.05,KWD:0.100}}"},
			{"deals_won window=2026-Q1 as_of=2026-03-31", "4 n=4"},
			{"median_deal_size window=2026-Q1 as_of=2026-03-31", "10.52 n=1 p75=10.52 p90=10.52 mean=10.50 missing {amount:1,unconverted:{JPY:1200,KWD:1.005}}"},
			{"win_rate_amount window=2026-Q1 as_of=2026-03-31", "1 n=1 10.50/10.50 missing {amount:2,unconverted:{JPY:1200,KWD:1.005}}"},
			{"average_deal_size_booked window=2026-Q1 as_of=2026-03-31 currency=JPY", "1200 n=1 1200/1 missing {amount:1,unconverted:{EUR:10.50,KWD:1.005}}"},
		}},
		{"a change of currency reads the amount again in the units of the new one", `
			2026-01-05 deal.created deal/D1 stage=qualify amount=12.5
			2026-01-06 deal.updated deal/D1 currency=JPY
			2026-01-07 deal.updated deal/D1 currency=null`, []asked{
			{"open_pipeline as_of=2026-01-05", "12.50 n=1"},
			{"open_pipeline as_of=2026-01-06", "0.00 n=0 missing {unconverted:{JPY:12}}"}, // half to even
			{"open_pipeline as_of=2026-01-07", "12.50 n=1"},
		}},
	})
}

func TestTheIntervalOfAProportionIsWilsons(t *testing.T) {
	c := tell(t, layoutOf(), fiveDeals+`
		2026-03-06 deal.won deal/D6`)
	values, _, err := c.answer("win_rate window=2026-Q1 as_of=2026-03-31")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s of %s: %.3f–%.3f", number(values[0].Numerator), number(values[0].Denominator), values[0].Interval[0], values[0].Interval[1])
	if want := "3 of 5: 0.231–0.882"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, ask := range []string{"win_rate_amount", "bookings", "average_deal_size_booked", "deals_won", "open_deals", "median_deal_size"} {
		values, _, err := c.answer(ask + " window=2026-Q1 as_of=2026-03-31")
		if err != nil || values[0].Interval != nil {
			t.Errorf("%s has an interval: %v, %v", ask, values[0].Interval, err)
		}
	}
	for _, ask := range []string{"win_rate where=owner:bob", "win_rate where=owner:ann", "share_past_plan", "win_rate_cohort"} {
		values, _, err := c.answer(ask + " window=2026-Q1 as_of=2026-03-31")
		if i := values[0].Interval; err != nil || len(i) != 2 || i[0] < 0 || i[0] >= i[1] || i[1] > 1 {
			t.Errorf("%s: the interval is %v, %v", ask, i, err)
		}
	}
}

func TestAnAnswerIsJSON(t *testing.T) {
	c := tell(t, layoutOf(), fiveDeals)
	for _, ask := range []string{"win_rate", "bookings", "median_deal_size", "sales_cycle_length", "deals_won"} {
		values, _, err := c.answer(ask + " window=2026-Q1 as_of=2026-03-31")
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(values)
		if err != nil || !json.Valid(text) || !strings.Contains(string(text), `"missing":{`) {
			t.Errorf("%s: %s, %v", ask, text, err)
		}
	}
}

func TestTheSmallestRollupAnswersAndOthersAreRefused(t *testing.T) {
	c := tell(t, layoutOf([]ledger.Dim{ledger.DimOwner, ledger.DimTeam}, []ledger.Dim{ledger.DimStage, ledger.DimRegion}), `
		2026-01-05 deal.created deal/D1 stage=qualify owner=ann team=emea region=de
		2026-01-06 deal.created deal/D2 stage=qualify owner=ann team=apac region=jp
		2026-02-01 deal.won deal/D1`)
	check(t, c, []asked{
		{"deals_created window=2026-Q1 as_of=2026-03-31 by=owner,team", "owner=ann team=apac: 1 n=1, owner=ann team=emea: 1 n=1"},
		{"deals_created window=2026-Q1 as_of=2026-03-31 by=team where=owner:ann", "team=apac: 1 n=1, team=emea: 1 n=1"},
		{"deals_created window=2026-Q1 as_of=2026-03-31 where=owner:bob", "0 n=0"},
		{
			"deals_created window=2026-Q1 as_of=2026-03-31 by=region",
			"this combination of dimensions is not kept; kept are: total; owner; team; segment; level; source; owner,team",
		},
		{"open_deals as_of=2026-03-31 by=stage,region", "region=jp stage=qualify: 1 n=1"},
		{
			"open_deals as_of=2026-03-31 by=kind",
			"this combination of dimensions is not kept; kept are: total; owner; team; segment; stage; stage,owner; stage,pipeline; owner,team; stage,region",
		},
		{"win_rate as_of=2026-03-31 within=30", "the metric has no such option: within caps a cohort, and win_rate is a ratio"},
		{"win_rate as_of=2026-03-31 skip=strict", "the metric has no such option: skip is for conversions between stages"},
		{
			"win_rate as_of=2026-03-31 known=2026-03-30",
			"known lies before as_of: what was known on 2026-03-30 says nothing of 2026-03-31",
		},
	})
}
