package metric_test

import "testing"

// rivals is deals with and without competitors.
const rivals = `
	2026-01-05T12:00:00 deal.created deal/D1 stage=qualify segment=smb
	2026-01-05T12:00:10 competitor.tagged deal/D1 competitor=acme
	2026-01-05T12:00:20 activity.logged deal/D1 kind=call
	2026-01-05T12:00:30 activity.logged deal/D1 kind=note direction=internal
	2026-01-05T12:01:40 deal.won deal/D1
	2026-01-05T12:02:00 activity.logged deal/D1 kind=call
	2026-01-06T12:00:00 deal.created deal/D2 stage=qualify segment=ent
	2026-01-06T12:00:10 competitor.tagged deal/D2 competitor=acme
	2026-01-06T12:00:20 competitor.tagged deal/D2 competitor=bolt
	2026-01-06T12:00:30 competitor.tagged deal/D2 competitor=acme
	2026-01-06T12:00:40 deal.lost deal/D2 kind=competitor competitor=core
	2026-01-07T12:00:00 deal.created deal/D3 stage=qualify segment=smb
	2026-01-07T12:00:10 competitor.tagged deal/D3 competitor=acme
	2026-01-07T12:00:20 deal.lost deal/D3 kind=no_decision
	2026-01-08T12:00:00 deal.lost deal/D4 kind=competitor competitor=bolt
	2026-01-08T12:00:01 competitor.tagged deal/D4 competitor=bolt
	2026-01-09 deal.won deal/D5
	2026-01-09 deal.won deal/D6
	2026-01-10 competitor.tagged deal/D7 competitor=bolt
	2026-01-12 deal.won deal/D7
	2026-01-11 competitor.tagged deal/D6 competitor=bolt
	2026-01-08 competitor.tagged deal/D6 competitor=dyno @2026-02-10
`

func TestACompetitorCountsWhenItWasTaggedUpToTheOutcome(t *testing.T) {
	c := tell(t, layoutOf(), rivals)
	check(t, c, []asked{
		// D1 and D7 won, D2 lost, D6 won with dyno, which became known in February; D3 is no decision, D4 was tagged after its loss
		{"competitor_win_rate window=2026-01 as_of=2026-03-31", "0.75 n=4 3/4"},
		{"competitor_win_rate window=2026-01 known=2026-01-31", "0.6666666666666666 n=3 2/3"},
		{"competitor_win_rate window=2026-01 known=2026-01-31 by=competitor", "competitor=acme: 0.5 n=2 1/2, competitor=bolt: 0.5 n=2 1/2"},
		{"competitor_win_rate window=2026-01 as_of=2026-03-31 by=competitor", "competitor=acme: 0.5 n=2 1/2, competitor=bolt: 0.5 n=2 1/2, competitor=dyno: 1 n=1 1/1"},
		{
			"competitor_win_rate window=2026-01 as_of=2026-03-31 by=competitor where=head_to_head:true",
			"competitor=acme: 1 n=1 1/1, competitor=bolt: 1 n=1 1/1, competitor=dyno: 1 n=1 1/1",
		},
		{
			"competitor_win_rate window=2026-01 as_of=2026-03-31 where=competitor:acme by=segment",
			"segment=smb: 1 n=1 1/1, segment=ent: 0 n=1 0/1",
		},
		{"competitor_win_rate window=2026-01 as_of=2026-03-31 where=competitor:core", "null n=0 0/0 low"},
		{"competitor_win_rate window=2026-02 as_of=2026-03-31", "null n=0 0/0 low"},

		// 100 s of D1 and 40 s of D2; D6 and D7 have no creation
		{"competitor_cycle window=2026-01 known=2026-01-31", "40 n=2 p75=100 p90=100 mean=70 missing {creation:1}"},
		{"competitor_cycle window=2026-01 as_of=2026-03-31", "40 n=2 p75=100 p90=100 mean=70 missing {creation:2}"},
		{"competitor_cycle window=2026-01 as_of=2026-03-31 where=competitor:bolt", "40 n=1 p75=40 p90=40 mean=40 missing {creation:1}"},
		{"competitor_cycle window=2026-02 as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},

		// D1 had a call and an internal note before it was won
		{
			"competitor_activities window=2026-01 known=2026-01-31 by=competitor",
			"competitor=acme: 0 n=2 p75=1 p90=1 mean=0.5, competitor=bolt: 0 n=2 p75=0 p90=0 mean=0",
		},
		{"competitor_activities window=2026-01 as_of=2026-03-31", "0 n=4 p75=0 p90=1 mean=0.25"},
		{"competitor_activities window=2026-02 as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
	})
}

func TestTheLiftIsTheDifferenceFromDealsWithoutACompetitor(t *testing.T) {
	tellAll(t, []story{
		{"each competitor against the same deals", rivals, []asked{
			// without: D5 and D6 won, D4 lost: 2/3; as known later D6 has a competitor: 1/2
			{"competitor_lift window=2026-01 known=2026-01-31 by=competitor", "competitor=acme: -0.16666666666666666 n=2, competitor=bolt: -0.16666666666666666 n=2"},
			{"competitor_lift window=2026-01 known=2026-01-31", "0 n=3"},
			{"competitor_lift window=2026-01 as_of=2026-03-31", "0.25 n=4"},
			{"competitor_lift window=2026-01 as_of=2026-03-31 where=competitor:dyno", "0.5 n=1"},
			{"competitor_lift window=2026-02 as_of=2026-03-31", "null n=0 low"},
			{"competitor_lift window=2026-02 as_of=2026-03-31 by=competitor", ""},
		}},
		{"within a segment", `
			2026-01-05 deal.updated deal/D1 segment=smb
			2026-01-05 competitor.tagged deal/D1 competitor=acme
			2026-01-06 deal.won deal/D1
			2026-01-05 deal.updated deal/D2 segment=ent
			2026-01-05 competitor.tagged deal/D2 competitor=acme
			2026-01-06 deal.lost deal/D2 kind=competitor
			2026-01-05 deal.updated deal/D3 segment=ent
			2026-01-06 deal.won deal/D3`, []asked{
			{
				"competitor_lift window=2026-01 as_of=2026-01-31 by=competitor,segment",
				"competitor=acme segment=ent: -1 n=1, competitor=acme segment=smb: null n=1 (no deal without a competitor was decided)",
			},
			{"competitor_lift window=2026-01 as_of=2026-01-31 where=segment:ent", "-1 n=1"},
			{"competitor_lift window=2026-01 as_of=2026-01-31 by=segment", "segment=ent: -1 n=1, segment=smb: null n=1 (no deal without a competitor was decided)"},
		}},
	})
}

func TestTheWinRateIsToldByTheNumberOfMeetings(t *testing.T) {
	tellAll(t, []story{
		{"nothing decided", "2026-01-05 deal.created deal/D1 stage=qualify", []asked{
			{"win_rate_by_meetings as_of=2026-01-31", "null n=0 0/0 low"},
			{"win_rate_by_meetings as_of=2026-01-31 by=meetings", ""},
		}},
		{"at least, exactly, and in the first thirty days", `
			2026-01-05 deal.created deal/D1 stage=qualify owner=ann
			2026-01-06 activity.logged deal/D1 kind=meeting
			2026-02-04 activity.logged deal/D1 kind=meeting
			2026-02-05 activity.logged deal/D1 kind=meeting
			2026-02-06 activity.logged deal/D1 kind=meeting direction=internal
			2026-02-06 activity.logged deal/D1 kind=call
			2026-02-10 deal.won deal/D1
			2026-02-11 activity.logged deal/D1 kind=meeting
			2026-01-05 deal.created deal/D2 stage=qualify owner=bob
			2026-01-06 activity.logged deal/D2 kind=meeting
			2026-01-07 activity.logged deal/D2 kind=meeting @2026-03-01
			2026-02-10 deal.lost deal/D2
			2026-02-10 deal.lost deal/D3`, []asked{
			// three meetings won, two lost, none lost
			{
				"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 by=meetings",
				"meetings=0: 0.3333333333333333 n=3 1/3, meetings=1: 0.5 n=2 1/2, meetings=2: 0.5 n=2 1/2, meetings=3: 1 n=1 1/1",
			},
			{
				"win_rate_by_meetings window=2026-Q1 known=2026-02-28 by=meetings",
				"meetings=0: 0.3333333333333333 n=3 1/3, meetings=1: 0.5 n=2 1/2, meetings=2: 1 n=1 1/1, meetings=3: 1 n=1 1/1",
			},
			{"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=at_least where=meetings:2", "0.5 n=2 1/2"},
			{"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=at_least where=meetings:4", "null n=0 0/0 low"},
			{
				"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=exactly by=meetings",
				"meetings=3: 1 n=1 1/1, meetings=0: 0 n=1 0/1, meetings=2: 0 n=1 0/1",
			},
			{"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=exactly where=meetings:2", "0 n=1 0/1"},
			// by 4 February, the thirtieth day, D1 had two
			{
				"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=first_30d by=meetings",
				"meetings=2: 0.5 n=2 1/2, meetings=unknown: null n=0 0/0 low missing {creation:1}",
			},
			{"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=first_30d", "0.5 n=2 1/2 missing {creation:1}"},
			{"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31", "0.3333333333333333 n=3 1/3"},
			{"win_rate_by_meetings window=2026-Q1 as_of=2026-03-31 mode=exactly by=meetings where=owner:ann", "meetings=3: 1 n=1 1/1"},
			{"win_rate_by_meetings as_of=2026-03-31 mode=most", "the metric has no such option: the modes of win_rate_by_meetings are at_least, exactly, first_30d"},
			{"win_rate as_of=2026-03-31 mode=exactly", "the metric has no such option: win_rate has no modes"},
		}},
	})
}
