package metric_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// engage sets what activities carry: participants are written as contact:role,contact, and what is scheduled is
// for an hour of UTC.
func engage(data map[string]any, name, value string) {
	switch name {
	case "participants":
		var people []map[string]string
		for person := range strings.SplitSeq(value, ",") {
			contact, role, named := strings.Cut(person, ":")
			people = append(people, map[string]string{"contact": contact})
			if named {
				people[len(people)-1]["role"] = role
			}
		}
		data[name] = people
	case "at":
		data[name] = value + ":00Z"
	}
}

// agedLayout is a company in UTC whose fiscal year begins in a month; a deal may stay thirty days in its first stage.
func agedLayout(fiscal time.Month, declared ...[]ledger.Dim) *metric.Layout {
	return metric.NewLayout(ledger.NewDefinition(calendar.New(time.UTC, fiscal), "EUR", []ledger.Stage{
		{ID: "qualify", MaxAgeDays: 30}, {ID: "propose"},
	}), declared)
}

func TestADealWithoutANextStepHasNothingScheduledForALaterDay(t *testing.T) {
	tellAll(t, []story{
		{"no open deal", "", []asked{{"share_no_next_step as_of=2026-01-31", "null n=0 0/0 low"}}},
		{"until it is held, cancelled or over", `
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann
			2026-01-05 deal.created deal/D2 stage=propose owner=bob
			2026-01-10 activity.scheduled deal/D1 id=m kind=meeting at=2026-01-20T10:00
			2026-01-15 activity.scheduled deal/D2 id=m kind=call at=2026-02-10T10:00
			2026-01-18 activity.cancelled deal/D2 id=m @2026-01-25
			2026-01-22 activity.scheduled deal/D1 id=n kind=meeting at=2026-03-01T10:00
			2026-01-24 deal.owner_changed deal/D1 owner=cid
			2026-01-28 activity.logged deal/D1 id=n kind=meeting
			2026-01-30 deal.lost deal/D1`, []asked{
			{"share_no_next_step as_of=2026-01-04", "null n=0 0/0 low"},
			{"share_no_next_step as_of=2026-01-09", "1 n=2 2/2"},
			{"share_no_next_step as_of=2026-01-10", "0.5 n=2 1/2"},
			{"share_no_next_step as_of=2026-01-17", "0 n=2 0/2"},
			{"share_no_next_step as_of=2026-01-18", "0.5 n=2 1/2"},
			{"share_no_next_step known=2026-01-24 as_of=2026-01-18", "0 n=2 0/2"},
			{"share_no_next_step as_of=2026-01-20", "1 n=2 2/2"},
			{"share_no_next_step as_of=2026-01-25 by=owner", "owner=bob: 1 n=1 1/1, owner=cid: 0 n=1 0/1"},
			{"share_no_next_step as_of=2026-01-12 by=stage", "stage=propose: 1 n=1 1/1, stage=qualify: 0 n=1 0/1"},
			{"share_no_next_step as_of=2026-01-28", "1 n=2 2/2"},
			{"share_no_next_step as_of=2026-01-30", "1 n=1 1/1"},
		}},
		{"what was planned for a merged deal is planned for its survivor", `
			2026-01-05 deal.created deal/D1 stage=qualify
			2026-01-05 deal.created deal/D2 stage=qualify
			2026-01-10 activity.scheduled deal/D1 id=m kind=meeting at=2026-02-20T10:00
			2026-01-12 deal.merged deal/D1 into=D2`, []asked{
			{"share_no_next_step as_of=2026-01-11 known=2026-01-11", "0.5 n=2 1/2"},
			{"share_no_next_step as_of=2026-01-12", "0 n=1 0/1"},
			{"share_no_next_step as_of=2026-02-20", "1 n=1 1/1"},
		}},
	})
}

func TestADealStallsOnTheDaysOnWhichARuleHolds(t *testing.T) {
	c := tell(t, agedLayout(time.January), `
		2026-01-05 deal.created deal/D1 stage=qualify amount=100 close_date=2026-06-10 owner=ann
		2026-01-10 activity.logged deal/D1 kind=email direction=inbound
		2026-01-12 activity.logged deal/D1 kind=email direction=outbound
		2026-01-20 activity.logged deal/D1 kind=call direction=inbound @2026-02-10
		2026-02-08 deal.amount_changed deal/D1 amount=150
		2026-02-09 deal.created deal/D2 stage=propose owner=bob
		2026-03-01 deal.won deal/D2
		2026-06-20 deal.lost deal/D1`)
	check(t, c, []asked{
		// heard of on the 10th: quiet from the 24th on; and, as became known in February, on the 20th: from 3 February on
		{"stalled_deals as_of=2026-01-23", "0 n=0"},
		{"stalled_deals known=2026-01-24", "1 n=1"},
		{"stalled_deals as_of=2026-01-24", "0 n=0"},
		{"stalled_deals as_of=2026-02-02", "0 n=0"},
		{"stalled_deals as_of=2026-02-03", "1 n=1"},
		{"stalled_pipeline as_of=2026-02-04 by=rule", "rule=no_inbound: 100.00 n=1"},
		// 31 days in its stage on 5 February
		{"stalled_deals as_of=2026-02-05 by=rule", "rule=age_in_stage: 1 n=1, rule=no_inbound: 1 n=1"},
		{"stalled_deals as_of=2026-02-05", "1 n=1"},
		{"stalled_pipeline as_of=2026-02-08", "150.00 n=1"},
		{"stalled_pipeline as_of=2026-02-08 where=rule:age_in_stage", "150.00 n=1"},
		{"share_stalled as_of=2026-02-09", "0.5 n=2 1/2"},
		// nothing was ever heard of D2: quiet 14 days after it was opened
		{"share_stalled as_of=2026-02-22", "0.5 n=2 1/2"},
		{"share_stalled as_of=2026-02-23", "1 n=2 2/2"},
		{"stalled_pipeline as_of=2026-02-23", "150.00 n=1 missing {amount:1}"},
		{"stalled_deals as_of=2026-02-23 by=stage", "stage=propose: 1 n=1, stage=qualify: 1 n=1"},
		{"stalled_deals as_of=2026-02-23 by=owner", "owner=ann: 1 n=1, owner=bob: 1 n=1"},
		{"share_stalled as_of=2026-03-01 by=stage", "stage=qualify: 1 n=1 1/1"},
		// in the month of the plan with no meeting; past the plan on the day after
		{"stalled_deals as_of=2026-06-10 by=rule", "rule=age_in_stage: 1 n=1, rule=no_inbound: 1 n=1, rule=rule_a: 1 n=1"},
		{"stalled_deals as_of=2026-06-11 where=rule:past_plan", "1 n=1"},
		{"stalled_deals as_of=2026-06-20", "0 n=0"},
		{"stalled_pipeline as_of=2026-06-20", "0.00 n=0"},
		{"share_stalled as_of=2026-06-20", "null n=0 0/0 low"},
		// of all open deals, under each rule that holds for one
		{"share_stalled as_of=2026-02-23 by=rule", "rule=no_inbound: 1 n=2 2/2, rule=age_in_stage: 0.5 n=2 1/2"},
		{"share_stalled as_of=2026-02-23 where=rule:rule_b", "0 n=2 0/2"},
		{"share_stalled as_of=2026-06-20 where=rule:rule_b", "null n=0 0/0 low"},
		{
			"share_stalled as_of=2026-03-01 by=rule,owner",
			"this combination of dimensions is not kept; kept are: total; owner; team; segment; stage; rule",
		},
	})
}

func TestTheSourcesRulesCountMeetings(t *testing.T) {
	const events = `
		2026-01-05 deal.created deal/D1 stage=propose close_date=2026-02-20
		2026-01-06 activity.logged deal/D1 kind=meeting direction=inbound
		2026-01-07 activity.logged deal/D1 kind=meeting direction=inbound
		2026-01-07 activity.logged deal/D1 kind=meeting direction=internal
		2026-01-08 activity.logged deal/D1 kind=meeting direction=inbound
		2026-01-09 activity.logged deal/D1 kind=meeting direction=inbound
		2026-01-10 activity.scheduled deal/D1 id=m kind=meeting at=2026-01-20T10:00
		2026-01-11 activity.scheduled deal/D1 id=n kind=call at=2026-03-05T10:00
		2026-02-03 activity.logged deal/D1 kind=meeting direction=inbound @2026-02-05
		2026-02-10 deal.close_date_changed deal/D1 close_date=2026-04-30`
	c := tell(t, agedLayout(time.January), events)
	check(t, c, []asked{
		// the fourth meeting on the 9th; one ahead from the 10th to the 19th; a call is none
		{"stalled_deals as_of=2026-01-08", "0 n=0"},
		{"stalled_deals as_of=2026-01-09 by=rule", "rule=rule_b: 1 n=1"},
		{"stalled_deals as_of=2026-01-10", "0 n=0"},
		{"stalled_deals as_of=2026-01-19", "0 n=0"},
		{"stalled_deals as_of=2026-01-20 by=rule", "rule=rule_b: 1 n=1"},
		// February is the month of the plan; the fifth meeting is on the 3rd
		{"stalled_deals as_of=2026-01-31 where=rule:rule_a", "0 n=0"},
		{"stalled_deals as_of=2026-02-02 where=rule:rule_a", "1 n=1"},
		{"stalled_deals as_of=2026-02-03 where=rule:rule_a", "0 n=0"},
		{"stalled_deals known=2026-02-04 where=rule:rule_a", "1 n=1"},
		// the plan moves to April: out of the quarter, until that begins
		{"stalled_deals as_of=2026-02-10", "0 n=0"},
		{"stalled_deals as_of=2026-03-31 where=rule:rule_b", "0 n=0"},
		{"stalled_deals as_of=2026-04-01 where=rule:rule_b", "1 n=1"},
	})
	// with a year from February on, the quarter of April is that of February
	check(t, tell(t, agedLayout(time.February), events), []asked{
		{"stalled_deals as_of=2026-01-31 where=rule:rule_b", "0 n=0"},
		{"stalled_deals as_of=2026-02-10 where=rule:rule_b", "1 n=1"},
	})
}

func TestAReopenedDealHasItsTimeAgain(t *testing.T) {
	check(t, tell(t, agedLayout(time.January, []ledger.Dim{ledger.DimRegion, ledger.DimRule}), `
		2026-01-05 deal.created deal/D1 stage=propose region=eu
		2026-01-10 deal.lost deal/D1
		2026-03-01 deal.reopened deal/D1`), []asked{
		{"stalled_deals as_of=2026-01-31", "0 n=0"},
		{"stalled_deals as_of=2026-03-14", "0 n=0"},
		{"stalled_deals as_of=2026-03-15 by=region,rule", "region=eu rule=no_inbound: 1 n=1"},
	})
}

func TestQualificationIsFilledElementByElement(t *testing.T) {
	tellAll(t, []story{
		{"no open deal", "2026-01-05 deal.qualification_set deal/D1 element=champion state=filled", []asked{
			{"meddic_completeness as_of=2026-01-31", "null n=0 0/0 low"},
		}},
		{"of six elements, over all open deals", `
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann
			2026-01-05 deal.created deal/D2 stage=qualify owner=bob
			2026-01-04 deal.qualification_set deal/D1 element=metrics state=filled
			2026-01-10 deal.qualification_set deal/D1 element=champion state=filled
			2026-01-11 deal.qualification_set deal/D1 element=champion state=filled
			2026-01-12 deal.qualification_set deal/D1 element=economic_buyer state=filled @2026-01-20
			2026-01-13 deal.qualification_set deal/D1 element=champion state=empty
			2026-01-13 deal.qualification_set deal/D2 element=champion state=empty
			2026-01-14 deal.stage_changed deal/D1 to=propose
			2026-01-16 deal.lost deal/D2
			2026-02-01 deal.won deal/D1`, []asked{
			{"meddic_completeness as_of=2026-01-05 where=owner:ann", "0.16666666666666666 n=1 1/6"},
			{"meddic_completeness as_of=2026-01-11", "0.16666666666666666 n=2 2/12"},
			{"meddic_completeness as_of=2026-01-12", "0.25 n=2 3/12"},
			{"meddic_completeness known=2026-01-12", "0.16666666666666666 n=2 2/12"},
			{"meddic_completeness as_of=2026-01-13 by=owner", "owner=ann: 0.3333333333333333 n=1 2/6, owner=bob: 0 n=1 0/6"},
			{"meddic_completeness as_of=2026-01-16 by=stage", "stage=propose: 0.3333333333333333 n=1 2/6"},
			{"meddic_completeness as_of=2026-02-01", "null n=0 0/0 low"},
		}},
	})
}

func TestWhatTwoSystemsLogUnderOneIDCountsOnce(t *testing.T) {
	check(t, tell(t, layoutOf(), `
		2026-01-05 deal.created deal/D1 stage=qualify owner=ann
		2026-01-06 activity.logged deal/D1 kind=meeting id=m
		2026-01-07 activity.logged deal/D1 kind=call
		2026-01-08 activity.logged deal/D1 kind=meeting id=m owner=bob participants=cid:decision_maker
		2026-01-09 deal.won deal/D1`), []asked{
		{"activities window=2026-01 as_of=2026-01-31 by=owner", "owner=ann: 1 n=1, owner=bob: 1 n=1"},
		{"activities window=2026-01 known=2026-01-07 by=owner", "owner=ann: 2 n=2"},
		{"activities window=2026-01-08 as_of=2026-01-31", "0 n=0"},
		{"activities_to_decision_maker window=2026-01 as_of=2026-01-31", "1 n=1 p75=1 p90=1 mean=1"},
	})
}

// engaging draws what is kept beside a few deals.
func engaging(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(0, 12).Draw(t, "engaging events") {
		at := time.Date(2026, 1, 1, rapid.IntRange(0, 24*200).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
		what, rest, _ := strings.Cut(pick(
			"activity.logged kind=meeting direction=inbound id=m thread=t participants=cid", "activity.logged kind=email direction=outbound id=e thread=t",
			"activity.logged kind=email direction=inbound reply_to=e", "activity.logged kind=meeting participants=dan:decision_maker",
			"activity.scheduled kind=meeting id=m at=2026-04-01T10:00", "activity.scheduled kind=call id=n at=2026-09-01T10:00", "activity.cancelled id=m",
			"contact.role_set contact=cid role=decision_maker", "contact.role_set contact=cid role=user", "competitor.tagged competitor=acme",
			"deal.qualification_set element=champion state=filled", "deal.qualification_set element=champion state=empty"), " ")
		fmt.Fprintf(&b, "%s %s deal/%s %s", at, what, pick("A", "B", "C"), rest)
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}
