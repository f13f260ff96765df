package metric_test

import "testing"

// tenAnswers is the answers 10, 9, 9, 8, 7, 7, 6, 5, 10 and 3 of ten people.
const tenAnswers = `
	2026-03-01 survey.answered account/A respondent=r0 score=10
	2026-03-01 survey.answered account/A respondent=r1 score=9 kind=relationship
	2026-03-02 survey.answered account/A respondent=r2 score=9 survey=spring
	2026-03-02 survey.answered account/A respondent=r3 score=8 survey=spring
	2026-03-03 survey.answered account/A respondent=r4 score=7
	2026-03-03 survey.answered account/B respondent=r4 score=7
	2026-03-04 survey.answered account/B respondent=r6 score=6
	2026-03-04 survey.answered account/B respondent=r7 score=5
	2026-03-05 survey.answered account/B respondent=r8 score=10 survey=spring
	2026-03-05 survey.answered account/B respondent=r9 score=3`

func TestNetPromoterScores(t *testing.T) {
	tellAll(t, []story{
		{"nobody answered", "", []asked{
			{"nps as_of=2026-03-31", "null n=0 0/0 low"},
			{"nps_transactional as_of=2026-03-31", "null n=0 0/0 low"},
			{"nps as_of=2026-03-31 by=survey", ""},
		}},
		{"four of ten promote and three detract: 100 × (4 − 3) / 10; one respondent id of two accounts is two people", tenAnswers, []asked{
			{"nps as_of=2026-03-31", "10 n=10 1/10"},
			// of spring are 9, 8 and 10
			{"nps as_of=2026-03-31 by=survey", "survey=unknown: -14.285714285714286 n=7 -1/7, survey=spring: 66.66666666666667 n=3 2/3"},
			{"nps as_of=2026-03-31 where=survey:spring sample=5", "66.66666666666667 n=3 2/3 low"},
			{"nps_transactional as_of=2026-03-31", "null n=0 0/0 low"},
			// an answer counts on 90 days: that of 1 March is gone on 30 May
			{"nps as_of=2026-05-29", "10 n=10 1/10"},
			{"nps as_of=2026-05-30", "-12.5 n=8 -1/8"}, // without 10 and 9: 2 − 3 of 8
			{"nps as_of=2026-06-03", "null n=0 0/0 low"},
			{"nps as_of=2026-02-28", "null n=0 0/0 low"},
			{"nps window=2026-03-02..2026-03-04 as_of=2026-03-03 step=day", "2026-03-02: 75 n=4 3/4; 2026-03-03: 50 n=6 3/6"},
		}},
		{"of one respondent the latest answer counts, of each kind", `
			2026-01-10T09:00 survey.answered account/A respondent=r score=10
			2026-01-20T09:00 survey.answered account/A respondent=r score=2 kind=transactional
			2026-02-10T09:00 survey.answered account/A respondent=r score=3
			2026-02-10T10:00 survey.answered account/A respondent=r score=8
			2026-03-10T09:00 survey.answered account/A respondent=r score=9 @2026-03-20`, []asked{
			{"nps as_of=2026-02-09", "100 n=1 1/1"},
			{"nps as_of=2026-02-10", "0 n=1 0/1"},
			{"nps_transactional as_of=2026-02-10", "-100 n=1 -1/1"},
			{"nps as_of=2026-03-10", "100 n=1 1/1"}, // the answer of 10 March, known on the 20th
			{"nps as_of=2026-03-19 known=2026-03-19", "0 n=1 0/1"},
			{"nps as_of=2026-03-19 known=2026-03-20", "100 n=1 1/1"},
			{"nps_transactional as_of=2026-04-19", "-100 n=1 -1/1"}, // 90 days from 20 January
			{"nps_transactional as_of=2026-04-20", "null n=0 0/0 low"},
			{"nps as_of=2026-06-07", "100 n=1 1/1"},
			{"nps as_of=2026-06-08", "null n=0 0/0 low"},
		}},
		{"an answer after 90 days begins anew; segment and plan are those of the account when it was given", `
			2026-01-01 account.enriched account/A provider=crm fields.segment=smb
			2026-01-02 subscription.started account/A subscription=S price=10 interval=month plan=pro
			2026-01-10 survey.answered account/A respondent=r score=10
			2026-02-01 account.enriched account/A provider=crm fields.segment=large
			2026-06-10 survey.answered account/A respondent=r score=0`, []asked{
			{"nps as_of=2026-03-01 by=segment", "segment=smb: 100 n=1 1/1"},
			{"nps as_of=2026-05-01 by=segment", ""},
			{"nps as_of=2026-06-30 by=segment", "segment=large: -100 n=1 -1/1"},
			{"nps as_of=2026-06-30 by=plan", "plan=pro: -100 n=1 -1/1"},
		}},
	})
}

func TestTheIntervalOfANetPromoterScoreIsBonettAndPrices(t *testing.T) {
	c := tell(t, layoutOf(), tenAnswers)
	values, _, err := c.answer("nps as_of=2026-03-31")
	if err != nil {
		t.Fatal(err)
	}
	// (4+1)/12 − (3+1)/12 ± 1.96 · √((9/12 − (1/12)²) / 12)
	within(t, values[0].Interval, -40.438, 57.105)
	// two promoters: 3/4 − 1/4 ± 1.96 · √((1 − 1/4) / 4), and no score is beyond 100
	c = tell(t, layoutOf(), `
		2026-03-01 survey.answered account/A respondent=a score=9
		2026-03-01 survey.answered account/A respondent=b score=9`)
	if values, _, err = c.answer("nps as_of=2026-03-31"); err != nil {
		t.Fatal(err)
	}
	within(t, values[0].Interval, -34.869, 100)
}

func within(t *testing.T, interval []float64, low, high float64) {
	t.Helper()
	near := func(a, b float64) bool { return a-b < 0.001 && b-a < 0.001 }
	if len(interval) != 2 || !near(interval[0], low) || !near(interval[1], high) {
		t.Errorf("the interval is %v, want %v to %v", interval, low, high)
	}
}
